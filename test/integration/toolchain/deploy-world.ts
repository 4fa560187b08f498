import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import type { RegistryStandIn } from '../../stand-in/registry/index.ts'
import { pushBaseImage } from './base-image.ts'
import { countTraffic } from './count-traffic.ts'
import { type Docker, type DockerOptions, type HostName, startDocker } from './docker.ts'
import { type DockerRegistry, startDockerRegistry } from './docker-registry.ts'
import { ecrShapedRegistry, loopbackAddress } from './ecr-shaped-registry.ts'
import { registryBehindAws } from './registry-behind-aws.ts'
import { openWayOut } from './way-out.ts'

/** Where the real `arc deploy` pushes real images of either builder. */
export interface DeployRegistries {
  /** For `startAws` and `openImageApp`: real registries behind the stand-in of AWS. */
  readonly aws: {
    readonly registry: RegistryStandIn
    readonly baseRegistry: Pick<RegistryStandIn, 'url'>
  }
  /** For `startDocker`: the account's registry and public.ecr.aws by their real names. */
  readonly names: readonly HostName[]
  /** The account's images, for who reads them without Docker: no login, not counted. */
  readonly pushed: DockerRegistry
  /** Where these lie. */
  readonly storage: string
  /** A folder that goes away with all of this. */
  readonly scratch: string
  /** Bytes that went to the registries so far, and came from them, by whatever client. */
  sent(): number
  received(): number
  close(): Promise<void>
}

/** The registries with a Docker that can also run what is in them. */
export interface DeployWorld extends DeployRegistries {
  readonly docker: Docker
}

/**
 * One folder of images behind two registries: the plugin pushes to the plain one, Docker by ECR's
 * name. Anyone may push, since the stand-in of AWS gives out tokens of its own.
 */
export async function openDeployRegistries(
  /** Bases beside Node's. */
  more: Parameters<typeof pushBaseImage>[1][] = [],
): Promise<DeployRegistries> {
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
    await Promise.all(
      [undefined, ...more].flatMap((base) => [
        pushBaseImage(bases, base),
        pushBaseImage(ecr.public, base),
      ]),
    )

    const counted = async (...way: Parameters<typeof countTraffic>) => {
      const opened = await countTraffic(...way)
      resources.defer(() => opened.close())
      return opened
    }
    const [toPushed, toBases, ...toNames] = await Promise.all([
      counted(pushed.host),
      counted(bases.host),
      ...ecr.names.map(({ address }) =>
        counted(`${address}:443`, { address: loopbackAddress(), port: 443 }),
      ),
    ])
    const ways = [toPushed, toBases, ...toNames]
    return {
      aws: {
        registry: { ...registryBehindAws(pushed), url: `http://${toPushed.host}` },
        baseRegistry: { url: `http://${toBases.host}` },
      },
      names: ecr.names.map((name, at) => {
        const [address = ''] = toNames[at]?.host.split(':') ?? []
        return { ...name, address }
      }),
      pushed,
      storage,
      scratch,
      sent: () => ways.reduce((sum, way) => sum + way.sent(), 0),
      received: () => ways.reduce((sum, way) => sum + way.received(), 0),
      close: () => resources.disposeAsync(),
    }
  } catch (error) {
    await resources.disposeAsync()
    throw error
  }
}

/** A daemon that knows the registries, and RUN steps that reach package registries. */
export async function startDeployDocker(
  names: readonly HostName[],
  options: Omit<DockerOptions, 'names'> = {},
): Promise<Docker> {
  const docker = await startDocker({ names, ...options })
  const wayOut = await openWayOut(docker)
  return {
    ...docker,
    async stop() {
      await wayOut.close()
      await docker.stop()
    },
  }
}

export async function openDeployWorld(
  ...more: Parameters<typeof openDeployRegistries>
): Promise<DeployWorld> {
  const registries = await openDeployRegistries(...more)
  try {
    const docker = await startDeployDocker(registries.names)
    const close = async (): Promise<void> => {
      await docker.stop()
      await registries.close()
    }
    return { ...registries, docker, close }
  } catch (error) {
    await registries.close()
    throw error
  }
}
