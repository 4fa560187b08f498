import { debuglog } from 'node:util'

import { eventLine, type EventLine } from '../../core/events/event-line.ts'
import type { StackEvent } from '../../core/events/stack-event.ts'
import { ContainerImageError } from '../../errors.ts'
import type { StackEvents } from '../stacks/stack-events.ts'

export interface FollowOptions {
  readonly stackName: string
  readonly events: Pick<StackEvents, 'read'>
  /** Only events after this, in milliseconds by AWS's clock. */
  readonly after: number
  /** What the app calls its functions, by logical id. */
  readonly names: ReadonlyMap<string, string>
  readonly show: (line: EventLine) => void
  /** Milliseconds between two looks; default 2000: CloudFormation throttles readers early. */
  readonly interval?: number
}

/** After these there is nothing to wait for: Architect says the first, our last word the others. */
const over = /^(?:CREATE|UPDATE|IMPORT)_COMPLETE$|ROLLBACK/

const trace = debuglog('container-images')

/**
 * Shows events as they come, from now on, while something else waits for the stack: it keeps no
 * process alive, and what AWS refuses ends it without a word.
 * @returns ends it
 */
export function followStack(options: FollowOptions): () => void {
  const { stackName, events, after, names, show, interval = 2000 } = options
  const seen = new Set<string>()
  const isKnown = ({ id, time }: StackEvent): boolean => time <= after || seen.has(id)
  let pause = interval
  let timer: NodeJS.Timeout | undefined
  let stopped = false

  async function look(): Promise<void> {
    try {
      const all = await events.read(stackName, (found) => found.some(isKnown))
      if (stopped) return
      const news = all.filter((event) => !isKnown(event))
      if (news.some(isEnd)) stopped = true
      // What succeeded meanwhile has been said by Architect itself.
      const late = news.some((event) => isEnd(event) && !event.status.includes('ROLLBACK'))
      for (const event of late ? [] : news) {
        seen.add(event.id)
        show(eventLine(event, names))
      }
      pause = interval
    } catch (error) {
      trace('events of %s: %s', stackName, error)
      if (isRefusal(error)) stopped = true
      pause = Math.min(pause * 2, 30_000)
    }
    if (!stopped) lookLater()
  }

  function lookLater(): void {
    timer = setTimeout(() => void look(), pause)
    timer.unref()
  }

  lookLater()
  return () => {
    stopped = true
    clearTimeout(timer)
  }
}

function isEnd({ kind, status }: StackEvent): boolean {
  return kind === 'stack' && over.test(status)
}

/** Asking again would not help. */
function isRefusal(error: unknown): boolean {
  const refusals = ['AWS_DENIED', 'AWS_CREDENTIALS_REFUSED', 'AWS_CREDENTIALS_MISSING']
  return error instanceof ContainerImageError && refusals.includes(error.code)
}
