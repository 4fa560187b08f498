import { join } from 'node:path'

import { deployedFunction } from '../../scripts/demo/deployed-function.ts'
import { functionVariables } from '../../plugin/core/start/function-variables.ts'
import { imageRoot, rootsFolder } from '../../plugin/effects/runners/image-root.ts'
import { keptLayer } from '../integration/toolchain/base-layers.ts'
import { startInRoot } from '../integration/toolchain/run-in-root.ts'
import { parseOciConfig } from '../../plugin/oci/config.ts'
import { parseManifest } from '../../plugin/oci/manifest.ts'
import type { AwsStandIn } from '../stand-in/aws/index.ts'
import type { Invocation } from '../stand-in/lambda/runtime-api.ts'

/** Longest wait for an answer; an emulated processor is slow. */
const patience = 240_000

/**
 * Starts the app's one function from the image that the deployed template names, as Lambda would,
 * and hands it one event.
 * @param cache the plugin's, which has unpacked layers already where a start check ran
 */
export async function invokeDeployed(
  aws: AwsStandIn,
  cache: string,
): Promise<Invocation & { readonly output: string }> {
  const { imageUri, imageConfig, environment } = deployedFunction(aws, 'PackagesStaging', 'get /')
  const [, repository = '', digest = ''] = /^[^/]+\/([^@:]+)(?::[^@]+)?@(.+)$/.exec(imageUri) ?? []
  const served = await aws.registry.manifest(repository, digest)
  if (served === undefined) throw new Error(`The registry has no ${imageUri}.`)
  const manifest = parseManifest(served.bytes, served.mediaType)
  const blob = async (of: string): Promise<Buffer> => {
    const bytes = await aws.registry.blob(repository, of)
    if (bytes === undefined) throw new Error(`The registry has no ${of}.`)
    return bytes
  }
  const config = parseOciConfig(await blob(manifest.config.digest))
  const layers = manifest.layers.map(({ digest: of, size }, at) =>
    keptLayer(config.rootfs.diff_ids[at] ?? of, size, async function* () {
      yield await blob(of)
    }),
  )
  const groups = [layers.length - 2, 1, 1]
  const command = imageConfig.Command[0] ?? ''
  const lambda = { logicalId: 'GetIndex', environment, command, memory: 2048 }
  const run = {
    folder: join(cache, rootsFolder),
    layers: await imageRoot(layers, groups, cache),
    argv: [...imageConfig.EntryPoint, ...imageConfig.Command],
    environment: functionVariables(lambda, config.config?.Env ?? []).environment,
  }
  const running = await startInRoot(run, patience)
  // Its end is an answer too.
  const late = setTimeout(() => void running.stop(), patience)
  try {
    return { ...(await running.invoke({})), output: running.output() }
  } finally {
    clearTimeout(late)
    await running.stop()
  }
}
