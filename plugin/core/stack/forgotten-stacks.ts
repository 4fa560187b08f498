import { previewNumber } from './stack-name.ts'

interface DatedStack {
  readonly name: string
  /** Milliseconds: when it was made or last updated. */
  readonly changed: number
}

export interface SweepInput<Stack extends DatedStack> {
  readonly stacks: readonly Stack[]
  /** `AgentMemoryStagingPR` */
  readonly prefix: string
  /** Numbers of the pull requests that are open. */
  readonly open: ReadonlySet<number>
  readonly now: number
}

/** A stack that was made after the open pull requests were listed must not look forgotten. */
const minimumAge = 60 * 60 * 1000

/** The stacks of pull requests that are closed, whose own teardown never ran or failed. */
export function forgottenStacks<Stack extends DatedStack>(
  input: SweepInput<Stack>,
): readonly Stack[] {
  const { stacks, prefix, open, now } = input
  return stacks.filter(({ name, changed }) => {
    const number = previewNumber(name, prefix)
    return number !== undefined && !open.has(number) && now - changed >= minimumAge
  })
}

/** `5 7 12`, as a workflow hands them over; `undefined` for anything else. */
export function parseNumbers(text: string): ReadonlySet<number> | undefined {
  const parts = text.split(/[\s,]+/).filter((part) => part !== '')
  return parts.every((part) => /^[1-9]\d*$/.test(part)) ? new Set(parts.map(Number)) : undefined
}
