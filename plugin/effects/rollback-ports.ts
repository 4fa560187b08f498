import { setTimeout as sleep } from 'node:timers/promises'

import { once, oncePer } from '../core/basics/once.ts'
import { hasBeginning } from '../core/events/last-operation.ts'
import { allowsSnapStart } from '../core/image/snap-start.ts'
import { tagsBeforeUse } from '../core/retention/live-tags.ts'
import { parseFunctions } from '../core/template/live-functions.ts'
import { ContainerImageError } from '../errors.ts'
import { parseManifest } from '../oci/manifest.ts'
import { lambdaArchitectureOf } from '../oci/platform.ts'
import type { Repository } from '../ports/repository.ts'
import type { RollbackPorts } from '../ports/rollback.ts'
import type { Aws } from './aws/client.ts'
import { readStack } from './stacks/deployed-stacks.ts'
import { findEcrRepository } from './ecr/ecr.ts'
import { openStackEvents } from './stacks/stack-events.ts'
import { findStack } from './stacks/stacks.ts'
import { listImages } from './ecr/stored-images.ts'
import { readSubmittedTemplate } from './stacks/submitted-template.ts'
import { updateStack } from './stacks/update-stack.ts'
import { readConfig } from './cache/read-by-digest.ts'
import { parseHostMap } from './registry/host-map.ts'
import { putTagIfThere } from './retention/put-live-tag.ts'

/** The effects of `rollback` on AWS. */
export function createRollbackPorts(options: {
  readonly aws: Aws
  readonly stackName: string
  readonly environment: Readonly<Record<string, string | undefined>>
  readonly say: (message: string) => void
  readonly now?: () => number
  /** Milliseconds between two looks at a stack at work. */
  readonly pause?: number
}): RollbackPorts {
  const { aws, stackName, environment, say, now = Date.now, pause = 3000 } = options
  const events = openStackEvents(aws)
  const hostMap = parseHostMap(environment['ARC_CONTAINER_IMAGES_REGISTRIES'] ?? '')
  const open = oncePer(
    async (uri: string): Promise<Repository | undefined> => {
      const found = await findEcrRepository({ aws, name: nameIn(uri), hostMap })
      // One of the same name in another account or region is another one.
      return found?.uri === uri ? found : undefined
    },
    (uri) => uri,
  )
  const listed = oncePer(
    async (uri: string) => ((await open(uri)) === undefined ? [] : listImages(aws, nameIn(uri))),
    (uri) => uri,
  )
  const deployed = once(async () => {
    const template = await readSubmittedTemplate(aws, stackName)
    const functions = parseFunctions(template)
    if (template === undefined || functions === undefined)
      throw new ContainerImageError('ROLLBACK_REFUSED', `There is no stack ${stackName}.`)
    return { template, functions }
  })
  return {
    findStack: () => findStack(aws, stackName),
    readTemplate: deployed,
    listImages: listed,
    async describe(uri, digest) {
      const repository = await open(uri)
      const served = await repository?.getManifest(digest)
      if (repository === undefined || served === undefined) return undefined
      const manifest = parseManifest(served.bytes, served.mediaType)
      const config = await readConfig(repository, manifest, {})
      const { architecture } = config
      return {
        architecture: lambdaArchitectureOf(architecture) ?? architecture,
        allowsSnapStart: allowsSnapStart(config),
      }
    },
    async running(uri) {
      const { functions } = await readStack(aws, stackName, uri)
      return new Map([...functions].flatMap(([id, { runs }]) => (runs ? [[id, runs]] : [])))
    },
    async hold({ repository: uri, digest, image }) {
      const repository = await open(uri)
      const images = await listed(uri)
      const [wanted] = tagsBeforeUse(stackName, [{ image, digest }], images, now())
      const manifest = await repository?.getManifest(digest)
      if (repository === undefined || manifest === undefined) return false
      return wanted === undefined || putTagIfThere(repository, manifest, wanted.tag, images)
    },
    update: (stack, template) =>
      updateStack(aws, { name: stack.name, capabilities: stack.capabilities ?? [] }, template),
    events: ({ id }) => events.read(id, hasBeginning),
    wait: () => sleep(pause),
    say,
  }
}

/** Without the registry's host. */
function nameIn(uri: string): string {
  return uri.slice(uri.indexOf('/') + 1)
}
