import { inParallel } from '../core/basics/in-parallel.ts'
import { insightsQuery, parseRows } from '../core/stats/insights-query.ts'
import type { Question, StatsPorts } from '../ports/stats.ts'
import type { Aws } from './aws/client.ts'
import { readLiveStack } from './stacks/live-stack.ts'
import { logGroups } from './stacks/log-groups.ts'
import { openStackEvents } from './stacks/stack-events.ts'
import { findStack, listResources } from './stacks/stacks.ts'
import { runQuery } from './stats/run-query.ts'
import { ContainerImageError } from '../errors.ts'

/** The effects of `stats`. */
export function createStatsPorts(aws: Aws): StatsPorts {
  const ask = async (question: Question, minutes?: number) => {
    if (question.logGroups.length === 0) return { rows: [], bytesScanned: 0 }
    const { results, bytesScanned } = await runQuery(aws, insightsQuery(minutes), question)
    return { rows: parseRows(results), bytesScanned }
  }
  return {
    findStack: (name) => findStack(aws, name),
    async liveFunctions(stackName) {
      const live = await readLiveStack({ aws, stackName })
      if (live?.kind === 'unreadable')
        throw live.error ?? new ContainerImageError('AWS_FAILED', live.reason)
      return live?.functions ?? new Map()
    },
    listResources: (stack) => listResources(aws, stack),
    stackEvents: (stack, since) =>
      openStackEvents(aws).read(stack.id, (found) => found.some(({ time }) => time < since)),
    async existingGroups(names) {
      const found = await inParallel(names, async (name) => {
        const alike = await logGroups(aws, name)
        return alike.includes(name) ? [name] : []
      })
      return found.flat()
    },
    measure: (question) => ask(question),
    measureSlices: (question, minutes) => ask(question, minutes),
    now: Date.now,
  }
}
