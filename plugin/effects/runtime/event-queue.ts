import type { SupervisorEvent } from './supervision.ts'

export type EventQueue = ReturnType<typeof createEventQueue>

/** Events of several sources as one sequence, in the order in which they came. */
export function createEventQueue() {
  const waiting: SupervisorEvent[] = []
  let wake: () => void = () => {}
  return {
    push(event: SupervisorEvent): void {
      waiting.push(event)
      wake()
    },
    async *events(): AsyncGenerator<SupervisorEvent, void> {
      for (;;) {
        const event = waiting.shift()
        if (event !== undefined) yield event
        else await new Promise<void>((resolve) => (wake = resolve))
      }
    },
  }
}
