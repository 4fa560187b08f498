import { inParallel } from '../core/basics/in-parallel.ts'
import { metadataName } from '../core/arc/metadata-name.ts'
import { functionChanges, functionIds, periodsOf } from '../core/stats/stack-history.ts'
import {
  functionStats,
  type StackStats,
  type WatchedFunction,
  type WatchedGroup,
} from '../core/stats/stack-stats.ts'
import { ContainerImageError } from '../errors.ts'
import type { KnownStack } from '../ports/destroy.ts'
import type { StatsPorts } from '../ports/stats.ts'

export interface StatsOptions {
  readonly stackName: string
  /** Milliseconds to look back. */
  readonly since: number
  /** Whether slices of time are asked for, too; everything is read once more for them. */
  readonly withSlices: boolean
}

/** As many as a chart has points. */
const slices = 48

/**
 * How the functions of a stack performed, by what ran: a query of CloudWatch Logs Insights for each
 * time between two deploys.
 * @throws ContainerImageError STACK_MISSING, AWS_DENIED, AWS_FAILED
 */
export async function measureStack(
  { stackName, since, withSlices }: StatsOptions,
  ports: StatsPorts,
): Promise<StackStats> {
  const stack = await ports.findStack(stackName)
  if (stack === undefined)
    throw new ContainerImageError('STACK_MISSING', `There is no stack ${stackName} in this region.`)
  const end = ports.now()
  const start = end - since
  const [watched, events] = await Promise.all([
    watchedFunctions(stack, ports),
    ports.stackEvents(stack, start),
  ])
  const changes = functionChanges(events)
  const wanted = watched.flatMap((target) =>
    groupsOf(target, functionIds(events, target.logicalId)),
  )
  const there = new Set(await ports.existingGroups(wanted.map(({ logGroup }) => logGroup)))
  const groups = wanted.filter(({ logGroup }) => there.has(logGroup))
  const logGroups = groups.map(({ logGroup }) => logGroup)
  const periods = periodsOf(changes, { start, end })
  const measured = await inParallel(periods, async (period) => ({
    period,
    ...(await ports.measure({ logGroups, ...period })),
  }))
  const minutes = Math.max(5, Math.ceil(since / slices / 60_000))
  const sliced = withSlices
    ? await ports.measureSlices({ logGroups, start, end }, minutes)
    : { rows: [], bytesScanned: 0 }
  const silent = watched.filter(({ logicalId }) =>
    groups.every(({ target }) => target.logicalId !== logicalId),
  )
  return {
    stack: stackName,
    start,
    end,
    deploys: periods.slice(1).map((period) => period.start),
    functions: functionStats(groups, changes, measured, sliced.rows),
    bytesScanned: [...measured, sliced].reduce((sum, { bytesScanned }) => sum + bytesScanned, 0),
    notes: silent.map(({ name }) => `${name} has no log group: it has not run yet.`),
  }
}

async function watchedFunctions(
  stack: KnownStack,
  ports: StatsPorts,
): Promise<readonly WatchedFunction[]> {
  const [live, resources] = await Promise.all([
    ports.liveFunctions(stack.name),
    ports.listResources(stack),
  ])
  return resources.flatMap(({ type, logicalId, physicalId }) => {
    const found = live.get(logicalId)
    if (type !== 'AWS::Lambda::Function' || found === undefined || physicalId === '') return []
    return [{ logicalId, physicalId, live: found, name: metadataName(found) }]
  })
}

/** Where Lambda writes when nobody says otherwise; earlier functions of the same place, too. */
function groupsOf(target: WatchedFunction, earlier: readonly string[]): readonly WatchedGroup[] {
  return [...new Set([target.physicalId, ...earlier])].map((physicalId) => {
    const own = physicalId === target.physicalId ? target.live.logGroup : undefined
    return { target, physicalId, logGroup: own ?? `/aws/lambda/${physicalId}` }
  })
}
