import {
  type DeployPlan,
  type ImageFacts,
  type LiveFunctionFacts,
  planDeploy,
} from '../../core/report/deploy-plan.ts'
import { inParallel } from '../../core/basics/in-parallel.ts'
import { stackRepository } from '../architect/stack-repository.ts'
import { templateImages } from '../../core/template/live-functions.ts'
import type { LiveStackState } from '../../core/plan/compare-live.ts'
import type { Template } from '../../core/template/template.ts'
import { deploy } from '../../deploy.ts'
import type { Digest } from '../../oci/digest.ts'
import { platformOf } from '../../oci/platform.ts'
import { formatPinned } from '../../oci/reference.ts'
import type { TaggedImage } from '../../ports/image-stages.ts'
import type { Repository } from '../../ports/repository.ts'
import type { Aws } from '../aws/client.ts'
import { findEcrRepository } from '../aws/ecr.ts'
import { type LiveStack, liveImages, liveStackState, readLiveStack } from '../aws/live-stack.ts'
import { findStack } from '../aws/stacks.ts'
import { openBaseImages } from '../base/base-image.ts'
import type { DeployContext } from '../deploy-ports.ts'
import { createDryRunPorts } from '../dry-run-ports.ts'
import { plannedFacts, readFacts } from './image-facts.ts'
import { defaultCacheDirectory } from '../cache/layer-cache.ts'
import { parseHostMap } from '../registry/host-map.ts'

/** Bundles and names as a dry run does, then holds it against the deployed stack. Changes nothing. */
export async function readDeployPlan(
  context: DeployContext & { readonly aws: Aws; readonly template: Template },
): Promise<DeployPlan> {
  const { app, aws, stackName, environment, template } = context
  const hostMap = parseHostMap(environment['ARC_CONTAINER_IMAGES_REGISTRIES'] ?? '')
  const name = stackRepository(app, stackName)
  const [stack, live] = await Promise.all([
    findStack(aws, stackName),
    readLiveStack({ aws, stackName }),
  ])
  const [tagged, repository] = await Promise.all([
    bundleAndTag(context, liveStackState(stackName, stack?.status, live)),
    findEcrRepository({ aws, name, hostMap }),
  ])
  liveImages(stackName, live)
  const functions = liveFunctions(live)
  const cacheDirectory = defaultCacheDirectory(environment)
  const resolveBase = openBaseImages({ hostMap, cacheDirectory })
  const images = await inParallel(tagged, async ({ image, tag, bundle }) => {
    const base = async (): Promise<string> => {
      const resolved = await resolveBase(image.base, platformOf(image.architecture))
      return formatPinned(resolved.reference, resolved.digest)
    }
    const facts = repository && (await readFacts(repository, tag))
    return {
      image,
      tag,
      facts: facts ?? (await plannedFacts(image, bundle.digest, repository, base)),
    }
  })
  const running = [...functions.values()].flatMap(({ digest }) => digest ?? [])
  const liveFacts = await readAll([...new Set(running)], repository)
  const known = new Set(Object.keys(template.Resources))
  return planDeploy({ images, live: functions, liveImages: liveFacts, functions: known })
}

async function bundleAndTag(
  context: DeployContext & { readonly template: Template },
  live: LiveStackState,
): Promise<readonly TaggedImage[]> {
  let tagged: readonly TaggedImage[] = []
  const ports = createDryRunPorts(context)
  await deploy(context.app, context.template, {
    ...ports,
    readLive: async () => live,
    announce: () => {},
    report: async (images) => {
      tagged = images
    },
  })
  return tagged
}

function liveFunctions(live: LiveStack | undefined): ReadonlyMap<string, LiveFunctionFacts> {
  if (live?.kind !== 'live') return new Map()
  const images = templateImages(live.template) ?? []
  const digests = new Map(images.map(({ logicalId, runs }) => [logicalId, runs]))
  return new Map(
    [...live.functions.values()].map(({ logicalId, packageType, architectures }) => {
      const digest = digests.get(logicalId)
      const architecture = architectures[0] ?? 'x86_64'
      return [
        logicalId,
        { logicalId, packageType, architecture, ...(digest !== undefined && { digest }) },
      ]
    }),
  )
}

async function readAll(
  digests: readonly Digest[],
  repository: Repository | undefined,
): Promise<ReadonlyMap<Digest, ImageFacts>> {
  if (repository === undefined) return new Map()
  const read = await inParallel(
    digests,
    async (digest) => [digest, (await readFacts(repository, digest)) ?? {}] as const,
  )
  return new Map(read)
}
