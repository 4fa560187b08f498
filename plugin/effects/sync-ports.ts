import utils from '@architect/utils'

import { isSyncTag, syncTag, syncWindow } from '../core/image/live-tag.ts'
import { tagsToRestore } from '../core/retention/live-tags.ts'
import { tagsToRelease } from '../core/retention/release-synced.ts'
import { environmentOf } from '../core/stack/environment.ts'
import { ContainerImageError } from '../errors.ts'
import { readTemplate } from '../core/template/template.ts'
import type { Ports } from '../ports/deploy.ts'
import type { SyncPorts } from '../ports/sync.ts'
import { functionNames } from './stacks/deployed-stacks.ts'
import { updateFunctionImage } from './lambda/function-code.ts'
import { readRunningImages } from './stacks/running-images.ts'
import { liveImages, type LiveStack, liveStackState, readLiveStack } from './stacks/live-stack.ts'
import { findStack } from './stacks/stacks.ts'
import { listImages, removeTags } from './ecr/stored-images.ts'
import { createDeployEffects, type DeployContext } from './deploy-ports.ts'
import { explainSystemErrors } from './explain-system-errors.ts'
import { putTags } from './retention/tag-held-images.ts'
import { putTagIfThere } from './retention/put-live-tag.ts'
import { functionContents, openFunctionContents } from './sync/function-contents.ts'

/** The stack as it was read after its last change. */
interface SeenStack {
  readonly changed: number
  readonly status: string
  readonly live: LiveStack | undefined
  readonly functions: Awaited<ReturnType<typeof functionNames>>
}

/**
 * The effects of a sync: images as a deploy makes them, in a repository that is left as it is, and
 * functions that are updated past CloudFormation. What was seen of a stack is kept until the stack
 * changes, so that a watching sync asks for its state only.
 */
export function createSyncPorts(context: DeployContext): {
  readonly ports: SyncPorts
  /** The files that the bundles were made from, as far as something was bundled. */
  readonly inputs: () => readonly string[]
} {
  const { app, stackName } = context
  const { ports, aws, repository, images, name, cacheDirectory } = createDeployEffects(
    context,
    'left',
  )
  const contents = openFunctionContents(cacheDirectory)
  const environment = environmentOf(stackName, app.name, (text) => utils.toLogicalID(text))
  let seen: SeenStack | undefined
  const inputs = new Set<string>()
  /** When an image was tagged, by its URI: later on, others may take it away. */
  const heldAt = new Map<unknown, number>()

  async function look(): Promise<SeenStack | undefined> {
    const opened = await aws()
    const finding = findStack(opened, stackName)
    const whole = async () =>
      await Promise.all([
        readLiveStack({ aws: opened, stackName }),
        functionNames(opened, { id: stackName, name: stackName }),
      ])
    // Nothing that was read before could still be true.
    const reading = seen === undefined ? whole() : undefined
    reading?.catch(() => undefined)
    const stack = await finding
    if (stack === undefined) return (seen = undefined)
    const { changed, status } = stack
    if (seen?.changed === changed) return (seen = { ...seen, status })
    const [live, functions] = await (reading ?? whole())
    return (seen = { changed, status, live, functions })
  }

  const runningFunctions = async () =>
    await readRunningImages(await aws(), seen?.live, async () => seen?.functions ?? [])

  const syncPorts: SyncPorts & Ports = {
    ...ports,
    announce: () => {},
    async bundle(image) {
      const bundle = await ports.bundle(image)
      for (const { file } of bundle.inputs ?? []) inputs.add(file)
      return bundle
    },
    readLive: async () => liveStackState(stackName, seen?.status, seen?.live),
    async readTarget() {
      const found = await look()
      const { status, changed, live } = found ?? {}
      const deployed = live?.kind === 'live' ? readTemplate(live.template) : undefined
      return {
        stackName,
        environment,
        ...(status !== undefined && { status }),
        ...(changed !== undefined && { changed }),
        ...(deployed !== undefined && { deployed }),
      }
    },
    runningFunctions,
    contentsOf: functionContents,
    knownContents: (image) => contents.read(image),
    async hold(image) {
      if (image.pushed === undefined) throw new TypeError('Only what was pushed can be held')
      const { served } = image.pushed
      const now = Date.now()
      // From now on Lambda's word holds the new image, and no longer what the template names.
      const listed = await images()
      const bare = tagsToRestore(liveImages(stackName, seen?.live), listed, now)
      await putTags(await repository(), bare, listed)
      heldAt.set(image.imageUri, now)
      const tag = syncTag(stackName, image.image.name, served.digest, now)
      const isThere = await putTagIfThere(await repository(), served, tag, [])
      return isThere ? { ...image, previous: new Map() } : undefined
    },
    async update(found, imageUri) {
      if (Date.now() - (heldAt.get(imageUri) ?? Date.now()) > syncWindow) throw tooLate(found.name)
      await updateFunctionImage(await aws(), found.name, imageUri, found)
    },
    async release(before) {
      const opened = await aws()
      const [stored, running] = await Promise.all([listImages(opened, name), runningFunctions()])
      if (!stored.some(({ tags }) => tags.some(isSyncTag))) return
      const runs = running.flatMap(({ image }) => image?.digest ?? [])
      const held = new Set([...runs, ...liveImages(stackName, seen?.live).held])
      const tags = tagsToRelease({
        stack: stackName,
        images: stored,
        held,
        before,
        now: Date.now(),
      })
      if (tags.length > 0) await removeTags(opened, name, tags)
    },
    now: Date.now,
    clock: () => performance.now(),
  }
  return {
    ports: { ...syncPorts, ...explainSystemErrors(syncPorts) },
    inputs: () => [...inputs],
  }
}

function tooLate(functionName: string): ContainerImageError {
  return new ContainerImageError(
    'FUNCTION_NOT_UPDATED',
    `More than ${syncWindow / 60_000} minutes went by between the image's tag and function ${functionName}, so that another deploy may have removed it. Sync again.`,
  )
}
