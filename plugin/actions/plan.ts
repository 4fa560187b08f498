import type { ArchitectApp } from '../core/arc/architect-app.ts'
import { inParallel } from '../core/basics/in-parallel.ts'
import {
  type DeployPlan,
  type ImageFacts,
  type LiveFunctionFacts,
  planDeploy,
} from '../core/report/deploy-plan.ts'
import type { ImageSizes } from '../core/contents/compare-sizes.ts'
import type { LiveFunction } from '../core/template/live-functions.ts'
import type { Origins } from '../core/template/origins.ts'
import type { Template } from '../core/template/template.ts'
import { nameImages } from '../deploy.ts'
import type { Digest } from '../oci/digest.ts'
import type { TaggedImage } from '../ports/image-stages.ts'
import type { PlanPorts } from '../ports/plan.ts'

export interface PlanOptions {
  /** Who may have added what the template has; for messages. */
  readonly origins?: Origins
  /** Whether it is told what the images hold, for which packages may be installed. */
  readonly withSizes?: boolean
}

export interface Planned {
  readonly plan: DeployPlan
  /** None unless they were asked for. */
  readonly sizes: readonly ImageSizes[]
}

/**
 * What a deploy would do: images are named and judged as a deploy does it, then compared with what is
 * live. Changes nothing.
 * @throws ContainerImageError SETUP_INVALID, and what bundling and judging throw
 */
export async function planDeployment(
  app: ArchitectApp,
  template: Template,
  ports: PlanPorts,
  { origins, withSizes = false }: PlanOptions = {},
): Promise<Planned> {
  const tagged = await nameImages(app, template, ports, origins)
  await inParallel(tagged, ports.judge)
  const [deployed, lambda] = await Promise.all([ports.liveFunctions(), ports.runningFunctions()])
  const runs = new Map(lambda.map(({ logicalId, image: found }) => [logicalId, found?.digest]))
  const live = deployed.map((one) => liveFacts(one, runs.get(one.logicalId)))
  const images = await inParallel(tagged, async (one) => ({
    image: one.image,
    tag: one.tag,
    facts: (await ports.readFacts(one.tag)) ?? (await ports.plannedFacts(one)),
  }))
  const running = new Set(live.flatMap(({ digest }) => digest ?? []))
  const liveImages = await inParallel(
    [...running],
    async (digest): Promise<readonly [Digest, ImageFacts]> => [
      digest,
      (await ports.readFacts(digest)) ?? {},
    ],
  )
  const plan = planDeploy({
    images,
    live: new Map(live.map((facts) => [facts.logicalId, facts])),
    liveImages: new Map(liveImages),
    functions: new Set(Object.keys(template.Resources)),
  })
  return {
    plan,
    sizes: withSizes ? await inParallel(tagged, (one) => sizesOf(one, live, ports)) : [],
  }
}

async function sizesOf(
  tagged: TaggedImage,
  live: readonly LiveFunctionFacts[],
  ports: PlanPorts,
): Promise<ImageSizes> {
  const { name, architecture, functions } = tagged.image
  const ids = new Set(functions.map(({ logicalId }) => logicalId))
  const running = live.find(({ logicalId, digest }) => digest !== undefined && ids.has(logicalId))
  const [planned, before] = await Promise.all([
    ports.plannedParts(tagged),
    running?.digest && ports.servedParts(running.digest),
  ])
  return {
    name: `${name} (${architecture})`,
    ...planned,
    ...(before !== undefined && { before }),
  }
}

function liveFacts(live: LiveFunction, runs: Digest | undefined): LiveFunctionFacts {
  const { logicalId, packageType, architectures, image } = live
  const [architecture = 'x86_64'] = architectures
  return {
    logicalId,
    packageType,
    architecture,
    ...(image?.runs !== undefined && { digest: image.runs }),
    ...(image?.runs !== undefined && runs !== undefined && { drifted: runs !== image.runs }),
  }
}
