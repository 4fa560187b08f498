import { archivedInUse } from '../../core/retention/archived-images.ts'
import { tagsToPrune, tagsToRestore } from '../../core/retention/live-tags.ts'
import type { StackImages } from '../../core/retention/stack-images.ts'
import { removeTags } from '../ecr/stored-images.ts'
import type { Aws } from '../aws/client.ts'
import { readStack } from '../stacks/deployed-stacks.ts'
import type { HoldOptions } from './hold-images.ts'
import { putTags } from './tag-held-images.ts'

export interface PruneOptions extends HoldOptions {
  readonly aws: () => Promise<Aws>
  /** Name of the repository. */
  readonly name: string
  /** Says what the user should know. */
  readonly say: (note: string) => void
}

/**
 * Removes live tags that the stack's deployed template no longer holds, and puts those back
 * that somebody removed. Only when there is something to remove, CloudFormation and Lambda are asked
 * for the whole truth: a deploy that changes nothing costs no request here.
 */
export function createPrune(options: PruneOptions) {
  return async (): Promise<void> => {
    const { name, stackName, progress, now } = options
    // Before the repository is made or changed: without the stack's template nothing goes on.
    const [live, stored] = await Promise.all([options.live(), options.images()])
    for (const note of archivedInUse(name, live, stored)) options.say(note)
    const repository = await options.repository()
    await putTags(repository, tagsToRestore(live, stored, now()), stored)
    if (tagsToPrune(live, stored, now()).length === 0) return
    const aws = await options.aws()
    const certain = await readStack(aws, stackName, repository.uri)
    const tags = tagsToPrune(both(live, certain), stored, now()).map(({ tag }) => tag)
    if (tags.length === 0) return
    progress({ image: name, step: 'prune', state: 'start', total: tags.length })
    await removeTags(aws, name, tags)
    progress({ image: name, step: 'prune', state: 'done', total: tags.length })
  }
}

/** Between the two looks another deploy may have changed the stack: what either names is held. */
function both(live: StackImages, certain: StackImages): StackImages {
  return { ...certain, held: new Set([...live.held, ...certain.held]) }
}
