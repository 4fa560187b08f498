import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import type { RegistryStandIn } from '../../stand-in/registry/index.ts'
import { pushBaseImage } from './base-image.ts'
import { type Docker, startDocker } from './docker.ts'
import { type DockerRegistry, startDockerRegistry } from './docker-registry.ts'
import { ecrShapedRegistry } from './ecr-shaped-registry.ts'
import { registryBehindAws } from './registry-behind-aws.ts'
import { openWayOut } from './way-out.ts'

/** Where the real `arc deploy` pushes real images of either builder, and Docker runs them. */
export interface DeployWorld {
  /** For `startAws` and `openImageApp`: real registries behind the stand-in of AWS. */
  readonly aws: { readonly registry: RegistryStandIn; readonly baseRegistry: DockerRegistry }
  /** Knows the account's registry and public.ecr.aws by their real names. */
  readonly docker: Docker
  /** The account's images, for who reads them without Docker: no login. */
  readonly pushed: DockerRegistry
  /** A folder that goes away with all of this. */
  readonly scratch: string
  close(): Promise<void>
}

/**
 * One folder of images behind two registries: the plugin pushes to the plain one, Docker by ECR's
 * name. Anyone may push, since the stand-in of AWS gives out tokens of its own.
 */
export async function openDeployWorld(): Promise<DeployWorld> {
  const resources = new AsyncDisposableStack()
  try {
    const scratch = await mkdtemp(join(tmpdir(), 'deploy-world-'))
    resources.defer(() => rm(scratch, { recursive: true, force: true }))
    const storage = join(scratch, 'registry')
    const bases = await startDockerRegistry({ credentials: null })
    resources.defer(() => bases.close())
    const pushed = await startDockerRegistry({ credentials: null, storage })
    resources.defer(() => pushed.close())
    const ecr = await ecrShapedRegistry({ storage, credentials: null })
    resources.defer(() => ecr.close())
    await Promise.all([pushBaseImage(bases), pushBaseImage(ecr.public)])
    const docker = await startDocker({ names: ecr.names })
    resources.defer(() => docker.stop())
    const wayOut = await openWayOut(docker)
    resources.defer(() => wayOut.close())
    return {
      aws: { registry: registryBehindAws(pushed), baseRegistry: bases },
      docker,
      pushed,
      scratch,
      close: () => resources.disposeAsync(),
    }
  } catch (error) {
    await resources.disposeAsync()
    throw error
  }
}
