import { once } from '../core/basics/once.ts'
import { isCaused } from '../errors.ts'
import { platformOf } from '../oci/platform.ts'
import { formatPinned } from '../oci/reference.ts'
import type { PlanPorts } from '../ports/plan.ts'
import { stackRepository } from './architect/stack-repository.ts'
import type { Aws } from './aws/client.ts'
import { findEcrRepository } from './ecr/ecr.ts'
import { functionNames } from './stacks/deployed-stacks.ts'
import { readRunningImages } from './stacks/running-images.ts'
import { liveStackState, readLiveStack } from './stacks/live-stack.ts'
import { findStack } from './stacks/stacks.ts'
import { listImages } from './ecr/stored-images.ts'
import { baseAccess } from './base/base-access.ts'
import { openBaseDigests, orPlaceholder } from './base/base-digest.ts'
import { openBaseImages } from './base/base-image.ts'
import { plannedParts } from './contents/planned-parts.ts'
import { servedParts } from './contents/served-parts.ts'
import type { DeployContext } from './deploy-ports.ts'
import { createDryRunPorts } from './dry-run-ports.ts'
import { plannedFacts, readFacts } from './plan/image-facts.ts'

/** The effects of `plan`: those of a dry run, and what is live. */
export function createPlanPorts(context: DeployContext & { readonly aws: Aws }): PlanPorts {
  const { app, aws, stackName } = context
  const access = baseAccess(context)
  const { hostMap } = access
  const resolveBase = openBaseImages(access)
  const name = stackRepository(app, stackName)
  const repository = once(() => findEcrRepository({ aws, name, hostMap }))
  const images = once(() => listImages(aws, name))
  const deployed = once(() => readLiveStack({ aws, stackName }))
  return {
    ...createDryRunPorts(context),
    async readLive() {
      const [stack, live] = await Promise.all([findStack(aws, stackName), deployed()])
      return liveStackState(stackName, stack?.status, live)
    },
    announce: () => {},
    async liveFunctions() {
      const live = await deployed()
      return live?.kind === 'live' ? [...live.functions.values()] : []
    },
    runningFunctions: async () =>
      await readRunningImages(aws, await deployed(), () =>
        functionNames(aws, { id: stackName, name: stackName }),
      ),
    async readFacts(reference) {
      const found = await repository()
      const facts = found && (await readFacts(found, reference))
      if (facts === undefined) return undefined
      const stored = (await images()).find(({ digest }) => digest === facts.digest)
      return { ...facts, ...(stored !== undefined && { pushedAt: stored.pushedAt }) }
    },
    async plannedFacts({ image, bundle }) {
      // A registry that does not answer leaves the base unknown, as it does in a dry run.
      const base = async (): Promise<string | undefined> => {
        try {
          const resolved = await resolveBase(image.base, platformOf(image.architecture))
          return formatPinned(resolved.reference, resolved.digest)
        } catch (error) {
          if (isCaused(error, 'REGISTRY_UNREACHABLE')) return undefined
          throw error
        }
      }
      const { cacheDirectory } = access
      const from = { repository: await repository(), cacheDirectory, base }
      return await plannedFacts(image, bundle.digest, from)
    },
    plannedParts: async (image) =>
      await plannedParts(image, {
        repository: name,
        served: await repository(),
        cacheDirectory: access.cacheDirectory,
        environment: context.environment,
        resolveBase,
        resolveDigest: orPlaceholder(openBaseDigests({ ...access, resolveBase }), () => {}),
        progress: context.console.progress,
      }),
    async servedParts(digest) {
      const found = await repository()
      return found && (await servedParts(found, digest, access))
    },
  }
}
