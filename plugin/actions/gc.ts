import { inParallel } from '../core/basics/in-parallel.ts'
import { type GarbageVerdict, planGarbage } from '../core/retention/plan-garbage.ts'
import type { RepositoryViewPorts } from '../ports/repository-view.ts'

export interface GarbageOptions {
  readonly repositories: readonly string[]
  /** As many of the newest dependency layers stay as the lifecycle policy keeps. */
  readonly keep: number
  readonly now: number
  /** Milliseconds; what was pushed or tagged within them stays. */
  readonly olderThan?: number
  /** Only what carries a tag of this stack. */
  readonly stack?: string
  /** Absent or false: what would go is shown, and nothing goes. */
  readonly remove?: boolean
}

export interface RepositoryGarbage {
  readonly repository: string
  readonly verdicts: readonly GarbageVerdict[]
}

/** What no stack uses goes. Everything is read before anything goes. */
export async function collectGarbage(
  { repositories, remove = false, ...options }: GarbageOptions,
  ports: Pick<RepositoryViewPorts, 'readView' | 'removeTags'>,
): Promise<readonly RepositoryGarbage[]> {
  const planned = await inParallel(repositories, async (repository) => {
    const view = await ports.readView(repository)
    return { repository, verdicts: planGarbage({ images: [], stacks: [], ...view, ...options }) }
  })
  if (!remove) return planned
  for (const { repository, verdicts } of planned) {
    const tags = verdicts.flatMap(({ removes }) => removes)
    if (tags.length > 0) await ports.removeTags(repository, tags)
  }
  return planned
}
