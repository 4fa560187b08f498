import type { Digest } from '../../oci/digest.ts'
import { parsePinned } from '../../oci/reference.ts'
import { imageNameOf } from '../image/tag.ts'
import { parseLiveTag } from '../image/live-tag.ts'
import type { LiveFunction } from '../template/live-functions.ts'
import { stillArchived } from './archived-images.ts'
import type { StoredImage } from './stored-image.ts'

export interface RollbackInput {
  /** Those of the deployed template. */
  readonly functions: readonly LiveFunction[]
  /** Everything in each repository that a function names, by its address without tag. */
  readonly images: ReadonlyMap<string, readonly StoredImage[]>
  /** Logical ids of the functions that were named; absent: all that ran another image before. */
  readonly named?: ReadonlySet<string>
  /** The image to go to; absent: what each function ran before. */
  readonly to?: Digest
}

/** A function that is to run another image. */
export interface RollbackMove {
  readonly logicalId: string
  /** `123456789012.dkr.ecr.us-east-1.amazonaws.com/my-app-lambda-images` */
  readonly repository: string
  /** Name of the image. */
  readonly image: string
  readonly architecture: string
  readonly from: Digest
  readonly to: Digest
}

/** A function that goes on as it is, or cannot go where it was sent. */
export interface RollbackStay {
  readonly logicalId: string
  /** What follows the function and a colon. */
  readonly why: string
}

export interface RollbackPlan {
  readonly moves: readonly RollbackMove[]
  readonly stays: readonly RollbackStay[]
  /** What keeps all of it from being done. */
  readonly refused: readonly RollbackStay[]
}

type Verdict =
  | { readonly kind: 'move'; readonly move: RollbackMove }
  | { readonly kind: 'stay' | 'refused'; readonly stay: RollbackStay }

/**
 * Which functions of a stack go to which image. Without an image to go to, each goes to the one that
 * its `Metadata` names; as that then names what ran before, the same once more goes forward again.
 */
export function planRollback(input: RollbackInput): RollbackPlan {
  const verdicts = input.functions.map((each) => judge(each, input))
  const staying = (wanted: 'stay' | 'refused') =>
    verdicts.flatMap((each) => (each.kind === wanted ? each.stay : []))
  return {
    moves: verdicts.flatMap((each) => (each.kind === 'move' ? each.move : [])),
    stays: staying('stay'),
    refused: staying('refused'),
  }
}

function judge(live: LiveFunction, input: RollbackInput): Verdict {
  const { logicalId, packageType, image: ran } = live
  const isNamed = input.named?.has(logicalId) === true
  const refused = (why: string): Verdict => ({ kind: 'refused', stay: { logicalId, why } })
  // What only passes a function by is an error where this very function was asked for.
  const stays = (why: string): Verdict =>
    isNamed ? refused(why) : { kind: 'stay', stay: { logicalId, why } }

  if (input.named !== undefined && !isNamed) return stays('not named')
  if (packageType === 'Zip') return stays('a zip, of which no earlier one is kept')
  const pinned = typeof live.imageUri === 'string' ? parsePinned(live.imageUri) : undefined
  if (pinned === undefined) return stays('its image is named by no digest')
  if (ran?.damaged === true) return refused('its Metadata.ContainerImages cannot be read')
  const { name: repository, digest: from } = pinned
  const stored = input.images.get(repository) ?? []
  const to = input.to ?? ran?.previous
  if (to === undefined)
    return stays(
      'no image to go back to: before the last deploy it was a zip or was not there, or that image had gone',
    )
  if (to === from) return stays('runs this image already')

  const target = stored.find(({ digest }) => digest === to)
  const own = nameIn(stored.find(({ digest }) => digest === from))
  const image = nameIn(target)
  // An image that was asked for is for the functions of its name; of others it is no mistake.
  if (input.to !== undefined && (target === undefined || image !== own))
    return stays(
      target === undefined
        ? `runs image '${own}' of another repository`
        : `runs image '${own}', and ${to} is image '${image}'`,
    )
  if (target === undefined)
    return refused(`ran ${to} before, which is not in ${repository} any more`)
  if (target.status !== undefined)
    return refused(`${to} would be next, and ${stillArchived(nameOf(repository), target)}`)
  if (image !== own)
    return refused(
      `ran ${to} before, which is image '${image}', and runs image '${own}' now: its entry point may be another one. Deploy the checkout of that time`,
    )
  const [architecture = 'x86_64'] = live.architectures
  return { kind: 'move', move: { logicalId, repository, image, architecture, from, to } }
}

/** Without the registry's host, as ECR's own commands have it. */
function nameOf(repository: string): string {
  return repository.slice(repository.indexOf('/') + 1)
}

/** By the tag of its content, else by a live one; gc may have taken the first. */
function nameIn(stored: StoredImage | undefined): string {
  const tags = stored?.tags ?? []
  return imageNameOf(tags) ?? tags.map((tag) => parseLiveTag(tag)?.image).find(Boolean) ?? '?'
}
