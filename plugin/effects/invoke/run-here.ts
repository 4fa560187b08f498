import { existsSync } from 'node:fs'
import { symlink } from 'node:fs/promises'
import { join } from 'node:path'

import type { ImageFunction } from '../../core/model.ts'
import type { TaggedImage } from '../../ports/image-stages.ts'
import type { ReadyFunction } from '../../ports/invoke.ts'
import type { Progress } from '../../ports/progress.ts'
import { installHere } from '../dependencies/install-here.ts'
import { settleDefinition } from '../dependencies/settle-definition.ts'
import { stageFunctions } from '../dockerfile/stage-functions.ts'
import { superviseOnNode } from '../runtime/run-on-node.ts'
import { createPrivateFolder } from '../temporary/private-folder.ts'
import { environmentOf, impossible, invokeOnce, type InvokeSettings } from './run-image.ts'

interface HereOptions {
  /** Why the image does not run. */
  readonly instead: string
  readonly appDirectory: string
  readonly cacheDirectory: string
  readonly environment: Readonly<Record<string, string | undefined>>
  readonly settings: InvokeSettings
  readonly progress: Progress
}

/**
 * A function where its image does not run: the bundle that was made for the image, on this machine's
 * Node, with the packages of the same lockfile for this platform.
 * @throws ContainerImageError INVOKE_IMPOSSIBLE for what is more than a bundle and packages
 */
export async function prepareHere(
  tagged: TaggedImage,
  lambda: ImageFunction,
  options: HereOptions,
): Promise<ReadyFunction> {
  const { image, bundle } = tagged
  const { instead, appDirectory, settings } = options
  if (image.definition.kind === 'dockerfile')
    throw impossible(`${instead}, and what its Dockerfile makes is only in the image`)
  const packages = await packagesHere(tagged, options)
  const folder = await createPrivateFolder()
  const taskRoot = join(folder.path, 'task')
  try {
    await stageFunctions(bundle, taskRoot)
    if (packages !== undefined) await link(packages, join(taskRoot, 'node_modules'))
    // The base has the AWS SDK; here the app may.
    const ofApp = join(appDirectory, 'node_modules')
    if (existsSync(ofApp)) await link(ofApp, join(folder.path, 'node_modules'))
  } catch (error) {
    await folder.remove()
    throw error
  }
  const { environment, unknown } = environmentOf(lambda, machineVariables(options), settings)
  return {
    place: { by: 'node', emulated: false, instead },
    unknown,
    invoke: (order, listener) =>
      invokeOnce(
        superviseOnNode({ taskRoot, nodeVersion: image.nodeVersion, environment }),
        { ...order, lambda, settings, slowness: 1 },
        listener,
      ),
    close: () => folder.remove(),
  }
}

/** @returns the folder `node_modules`; undefined when the image has no packages */
async function packagesHere(
  { image }: TaggedImage,
  options: HereOptions,
): Promise<string | undefined> {
  const definition = await settleDefinition(image)
  if (definition.empty) return undefined
  const { directory } = await installHere(image, definition, options)
  return join(directory, 'node_modules')
}

/** What programs need on this machine; nothing of what the user's shell has else. */
function machineVariables({ environment }: HereOptions): readonly string[] {
  return ['PATH', 'SystemRoot', 'TEMP', 'TMP', 'TMPDIR']
    .filter((name) => environment[name] !== undefined)
    .map((name) => `${name}=${environment[name]}`)
    .concat('LANG=en_US.UTF-8', 'TZ=:UTC')
}

/** A junction: Windows makes links of folders for administrators alone. */
async function link(target: string, path: string): Promise<void> {
  await symlink(target, path, 'junction')
}
