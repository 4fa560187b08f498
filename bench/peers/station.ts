import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'

import {
  openDeployRegistries,
  startDeployDocker,
} from '../../test/integration/toolchain/deploy-world.ts'
import type { Docker } from '../../test/integration/toolchain/docker.ts'
import { registryBehindAws } from '../../test/integration/toolchain/registry-behind-aws.ts'
import { type Sources, writeApp, writeSources } from './app.ts'
import { scriptFolder } from './by-script.ts'
import type { Measured } from './cells.ts'
import type { PeerName } from './columns.ts'
import { baseDiffIds, judgeImage, type SeenLayers } from './judge-image.ts'
import { measureCommand } from './measure-command.ts'
import type { Peer } from './peer.ts'
import { openProcessorTime } from './processor-time.ts'

/** A peer with registries, an account, a machine and an app of its own. */
export interface Station {
  readonly name: PeerName
  /** Nothing that earlier builds left: a new daemon, new caches, the app as from a checkout. */
  emptyMachine(): Promise<void>
  /** Nothing in the registry, and an account without a stack. */
  emptyAccount(): Promise<void>
  /** Runs the whole command and judges what it pushed. */
  build(sources: Sources): Promise<Measured>
  close(): Promise<void>
}

export async function openStation(
  peer: Peer,
  at: {
    readonly folder: string
    /** What `prepareApps` made. */
    readonly prepared: string
    /** Folder of the programs that `install.sh` brought. */
    readonly tools: string
  },
): Promise<Station> {
  await using resources = new AsyncDisposableStack()
  const app = join(at.folder, 'app')
  const repository = 'bench'
  await mkdir(at.folder, { recursive: true })
  const registries = await openDeployRegistries()
  resources.defer(() => registries.close())
  const time = await openProcessorTime()
  resources.defer(async () => time?.close())
  const account = await peer.open({ app, repository, registries, scratch: at.folder })
  resources.defer(() => account.close())
  const bases = registryBehindAws({ url: registries.aws.baseRegistry.url, host: '' })
  const base = await baseDiffIds(bases, 'lambda/nodejs', '24')
  const seen: SeenLayers = new Map()
  let machine = ''
  let docker: Docker | undefined
  resources.defer(async () => docker?.stop())
  let checkout = false

  const prepare = async (sources: Sources): Promise<void> => {
    const written = { prepared: at.prepared, sources, repository, settings: peer.settings ?? [] }
    await (checkout ? writeSources(app, written) : writeApp(app, written))
    checkout = true
  }
  const environment = (): Record<string, string> => ({
    ...account.environment(),
    ...docker?.environment,
    PATH: [at.tools, dirname(process.execPath), process.env['PATH'] ?? ''].join(':'),
    PEERS: scriptFolder,
    CI: 'true',
    NO_COLOR: '1',
    ARC_CONTAINER_IMAGES_CACHE: join(machine, 'cache'),
    npm_config_cache: join(machine, 'npm'),
    npm_config_update_notifier: 'false',
    ...peer.ofMachine?.(machine),
  })
  const opened = resources.move()
  return {
    name: peer.name,
    async emptyMachine() {
      await docker?.stop()
      docker = undefined
      if (machine !== '') await rm(machine, { recursive: true, force: true })
      machine = await mkdtemp(join(at.folder, 'machine-'))
      checkout = false
      if (!peer.needsDocker) return
      docker = await startDeployDocker(registries.names, {
        ...(time && { counted: (argv) => time.counted(argv), containers: time.containers }),
      })
    },
    async emptyAccount() {
      await account.forget()
      await rm(registries.storage, { recursive: true, force: true })
    },
    async build(sources) {
      await prepare(sources)
      const measured = await measureCommand(account.command, {
        directory: app,
        environment: environment(),
        registries,
        time,
      })
      const pushed = registryBehindAws(registries.pushed)
      await judgeImage(pushed, await account.image(), { sources, base }, seen)
      return measured
    },
    close: () => opened.disposeAsync(),
  }
}
