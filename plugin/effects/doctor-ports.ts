import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { homedir } from 'node:os'
import { join } from 'node:path'

import type { ArchitectApp } from '../core/arc/architect-app.ts'
import { type Pragmas, parsePragmas } from '../core/arc/pragma.ts'
import { unlistedPlugin } from '../core/arc/unlisted-plugin.ts'
import { count } from '../core/basics/count.ts'
import { once } from '../core/basics/once.ts'
import { judgeClock } from '../core/doctor/clock.ts'
import { credentialOrigin } from '../core/doctor/credential-origin.ts'
import { type Finding, note, ok } from '../core/doctor/finding.ts'
import { judgeNetworkSettings } from '../core/doctor/network-settings.ts'
import { setupError } from '../core/setup-error.ts'
import type { LambdaArchitecture } from '../oci/platform.ts'
import type { DoctorPorts } from '../ports/doctor.ts'
import { deployHooks, isOwn } from './architect/own-hooks.ts'
import { readImageFolders } from './architect/read-image-folders.ts'
import { stackRepository } from './architect/stack-repository.ts'
import { type AwsInventory, openAws } from './aws/client.ts'
import { askIdentity } from './aws/identity.ts'
import { defaultCacheDirectory } from './cache/cache-directory.ts'
import { lookAtDisk, lookAtDocker, lookAtStartCheck } from './doctor/look-at-machine.ts'
import { lookAtRegistries } from './doctor/look-at-registries.ts'
import { simulatePermissions } from './doctor/simulate-permissions.ts'
import { parseHostMap } from './registry/host-map.ts'

/** The looks of `doctor`. What depends on credentials says no more when there are none. */
export function createDoctorPorts(options: {
  readonly app: ArchitectApp
  readonly inventory: AwsInventory
  readonly stackName: string
  readonly environment: NodeJS.ProcessEnv
}): DoctorPorts {
  const { app, inventory, stackName, environment } = options
  const cacheDirectory = defaultCacheDirectory(environment)
  const pragmas = parsePragmas(app)
  const identity = once(async () => {
    const aws = await openAws({ inventory })
    return { aws, caller: await askIdentity(aws) }
  })
  const signedIn = async (
    look: (seen: Awaited<ReturnType<typeof identity>>) => Promise<Finding>,
  ) => {
    const seen = await identity().catch(() => undefined)
    return seen === undefined ? note('not asked: AWS does not know who we are') : await look(seen)
  }

  return {
    node: async () => ok(`${process.versions.node}, on ${process.platform} ${process.arch}`),
    architect: async () => ok(architectVersion(app.directory)),
    app: async () => judgeApp(app, pragmas, deployHooks(inventory, 'services').some(isOwn)),
    async credentials() {
      const files = await Promise.all(['credentials', 'config'].map(readAwsFile(environment)))
      const { caller } = await identity()
      const origin = credentialOrigin(environment, inventory.inv.aws.profile ?? undefined, files)
      return ok(`${caller.arn}, from ${origin}`)
    },
    region: () => signedIn(async ({ aws }) => ok(`${aws.region}, ${regionOrigin(app)}`)),
    clock: () => signedIn(async ({ caller }) => judgeClock(caller.date, Date.now())),
    permissions: () =>
      signedIn(({ aws, caller }) =>
        simulatePermissions(aws, caller, {
          repository: stackRepository(app, stackName),
          stackName,
        }),
      ),
    registry: () =>
      signedIn(({ aws, caller }) => {
        const domain = aws.region.startsWith('cn-') ? 'amazonaws.com.cn' : 'amazonaws.com'
        const host = `${caller.account}.dkr.ecr.${aws.region}.${domain}`
        const hostMap = parseHostMap(environment['ARC_CONTAINER_IMAGES_REGISTRIES'] ?? '')
        return lookAtRegistries(aws, host, hostMap)
      }),
    docker: async () => lookAtDocker(await dockerImages(app, pragmas), environment, app.directory),
    disk: () => lookAtDisk(cacheDirectory),
    'start check': () =>
      lookAtStartCheck(architecturesOf(app, pragmas), cacheDirectory, environment),
    network: async () => judgeNetworkSettings(environment, existsSync),
  }
}

function architectVersion(directory: string): string {
  const require = createRequire(join(directory, 'package.json'))
  const { version }: { version: string } = require('@architect/architect/package.json')
  return version
}

function judgeApp(app: ArchitectApp, { requests, problems }: Pragmas, isListed: boolean): Finding {
  const all = [...problems, ...(isListed ? [] : unlistedPlugin(app))]
  if (all.length > 0) throw setupError(all)
  const images = new Set(requests.map(({ image }) => image))
  return requests.length === 0
    ? note(`${app.manifest} puts no function into an image yet: arc-images init does it`)
    : ok(
        `${count(requests.length, 'function')} in ${count(images.size, 'image')}: ${[...images].join(', ')}`,
      )
}

function readAwsFile(environment: NodeJS.ProcessEnv): (name: string) => Promise<string> {
  const own = {
    credentials: environment['AWS_SHARED_CREDENTIALS_FILE'],
    config: environment['AWS_CONFIG_FILE'],
  }
  return async (name) => {
    const file = name === 'config' ? own.config : own.credentials
    return await readFile(file ?? join(homedir(), '.aws', name), 'utf8').catch(() => '')
  }
}

function regionOrigin({ manifest, arc }: ArchitectApp): string {
  const aws = arc['aws']
  const isWritten =
    Array.isArray(aws) && aws.some((one) => Array.isArray(one) && one[0] === 'region')
  return isWritten ? `from @aws in ${manifest}` : "from AWS_REGION, else Architect's default"
}

async function dockerImages(
  { directory }: ArchitectApp,
  { requests, settings }: Pragmas,
): Promise<readonly string[]> {
  const { folders } = await readImageFolders(directory)
  const images = new Set(requests.map(({ image }) => image))
  return [...images].filter(
    (image) =>
      folders.get(image)?.includes('Dockerfile') === true &&
      settings.images.get(image)?.builder !== 'embedded',
  )
}

function architecturesOf(app: ArchitectApp, { requests }: Pragmas): readonly LambdaArchitecture[] {
  const used = app.functions.filter(({ pragma, name }) =>
    requests.some((request) => request.pragma === pragma && request.name === name),
  )
  const wanted = used.map(({ architecture }): LambdaArchitecture =>
    architecture === 'x86_64' ? 'x86_64' : 'arm64',
  )
  return wanted.length === 0 ? ['arm64'] : [...new Set(wanted)]
}
