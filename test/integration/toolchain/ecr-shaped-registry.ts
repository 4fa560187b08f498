import { execa } from 'execa'
import { randomInt } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { startDockerRegistry, type DockerRegistry } from './docker-registry.ts'
import type { HostName } from './docker.ts'

const account = '123456789012'

export interface EcrShapedRegistry {
  /** What `startDocker({ names })` needs to reach both by their real names. */
  readonly names: readonly HostName[]
  /** `123456789012.dkr.ecr.REGION.amazonaws.com` */
  readonly ecrName: string
  /** Push and pull as user `AWS`; `host` is its loopback address for programs outside Docker. */
  readonly ecr: DockerRegistry
  /** Stands for `public.ecr.aws`: no login. */
  readonly public: DockerRegistry
  /** Path of the certificate that both show. */
  readonly certificate: string
  close(): Promise<void>
}

/**
 * Two real registries over TLS on port 443 of loopback addresses of their own, so that several
 * tests can have them at once, under the names that ECR and its public gallery have.
 */
export async function ecrShapedRegistry(
  options: {
    readonly region?: string
    /** Folder of the private registry's images, where another one shares it. */
    readonly storage?: string
    /** `null`: anyone may push to the private one; for tokens that it does not know. */
    readonly credentials?: null
  } = {},
): Promise<EcrShapedRegistry> {
  const ecrName = `${account}.dkr.ecr.${options.region ?? 'us-west-2'}.amazonaws.com`
  const folder = await mkdtemp(join(tmpdir(), 'ecr-shaped-'))
  const removeFolder = (): Promise<void> => rm(folder, { recursive: true, force: true })
  const addresses = [loopbackAddress(), loopbackAddress()] as const
  const tls = { certificate: join(folder, 'certificate.pem'), key: join(folder, 'key.pem') }
  const started: DockerRegistry[] = []
  const close = async (): Promise<void> => {
    await Promise.all(started.map((registry) => registry.close()))
    await removeFolder()
  }
  try {
    const holders = [ecrName, 'public.ecr.aws'].map((name) => `DNS:${name}`)
    const ips = addresses.map((address) => `IP:${address}`)
    await execa('openssl', [
      'req',
      '-x509',
      '-newkey',
      'ec',
      '-pkeyopt',
      'ec_paramgen_curve:prime256v1',
      '-nodes',
      '-keyout',
      tls.key,
      '-out',
      tls.certificate,
      '-days',
      '2',
      '-subj',
      '/CN=test registry',
      '-addext',
      `subjectAltName=${[...holders, ...ips].join(',')}`,
    ])
    const ecr = await startDockerRegistry({
      address: `${addresses[0]}:443`,
      tls,
      ...(options.storage === undefined ? {} : { storage: options.storage }),
      ...(options.credentials === undefined ? {} : { credentials: options.credentials }),
    })
    started.push(ecr)
    const gallery = await startDockerRegistry({
      address: `${addresses[1]}:443`,
      tls,
      credentials: null,
    })
    started.push(gallery)
    return {
      names: [
        { name: ecrName, address: addresses[0], certificate: tls.certificate },
        { name: 'public.ecr.aws', address: addresses[1], certificate: tls.certificate },
      ],
      ecrName,
      ecr,
      public: gallery,
      certificate: tls.certificate,
      close,
    }
  } catch (error) {
    await close()
    throw error
  }
}

/** All of 127.0.0.0/8 is this machine; a random one is nobody else's port 443. */
export function loopbackAddress(): string {
  return `127.${randomInt(1, 255)}.${randomInt(256)}.${randomInt(1, 255)}`
}
