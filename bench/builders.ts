/**
 * The embedded builder against Docker's buildx: the same definition (`docker/lancedb`), code,
 * registry and machine, images for arm64. Empty local caches are a new daemon and a new cache
 * folder, as a fresh CI machine has them.
 */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { performance } from 'node:perf_hooks'
import { execa } from 'execa'

import { isRecord } from '../plugin/core/basics/is-record.ts'
import { startAws } from '../test/stand-in/aws/index.ts'
import { baseImageTools } from '../test/integration/toolchain/base-image.ts'
import type { Docker } from '../test/integration/toolchain/docker.ts'
import {
  openDeployRegistries,
  startDeployDocker,
} from '../test/integration/toolchain/deploy-world.ts'
import {
  dockerTools,
  registryTools,
  skipWithout,
} from '../test/integration/toolchain/missing-tools.ts'
import { makeApp, writeFunction } from './make-app.ts'
import { type Build, buildCases, type BuilderResults, type DeployedOnce } from './results.ts'
import { host, installOnTarget, type Way, ways } from './ways.ts'

const root = resolve(import.meta.dirname, '..')
const definition = join(root, 'docker/lancedb')
const architecture = 'arm64'

/** The comparison, or why it cannot be made here. */
export async function compareBuilders(
  runs: number,
  say: (line: string) => void,
): Promise<BuilderResults | string> {
  const missing = await skipWithout(...dockerTools, ...baseImageTools, ...registryTools)
  if (missing !== false) return missing
  await using resources = new AsyncDisposableStack()
  const work = await mkdtemp(join(tmpdir(), 'bench-builders-'))
  resources.defer(() => rm(work, { recursive: true, force: true }))
  const registries = await openDeployRegistries()
  resources.defer(() => registries.close())
  const aws = await startAws(registries.aws)
  resources.defer(() => aws.close())
  const imageBytes = async (uri: string): Promise<number> => {
    const [, name = '', reference = ''] = /^[^/]+\/(.+?)[@:](.+)$/.exec(uri) ?? []
    const served = await registries.aws.registry.manifest(name, reference)
    const manifest: unknown = JSON.parse(served?.bytes.toString() ?? '{}')
    const layers = isRecord(manifest) ? manifest['layers'] : undefined
    if (!Array.isArray(layers)) throw new Error(`${uri} is no image`)
    return layers.reduce((sum, { size }) => sum + Number(size), 0)
  }

  /** All cases of one way, in an order in which each finds what it should. */
  async function measure(way: Way, name: string): Promise<Record<string, Build>> {
    const folder = join(work, name)
    await mkdir(folder)
    let machine = ''
    let docker: Docker | undefined
    const emptyMachine = async (): Promise<void> => {
      await docker?.stop()
      machine = await mkdtemp(join(folder, 'machine-'))
      docker = way.needsDocker ? await startDeployDocker(registries.names) : undefined
    }
    const build = async (repository: string): Promise<Build> => {
      const before = { sent: registries.sent(), received: registries.received() }
      const make = way.settings === undefined ? buildByHand : deployOnce
      const { seconds, uri } = await make(repository)
      return {
        seconds,
        sentBytes: registries.sent() - before.sent,
        receivedBytes: registries.received() - before.received,
        imageBytes: await imageBytes(uri),
      }
    }
    const app = join(folder, 'app')
    const deployOnce = async (repository: string): Promise<{ seconds: number; uri: string }> => {
      await writeApp(repository)
      const { stdout } = await execa('node', [join(root, 'bench/deploy-once.ts'), app], {
        preferLocal: true,
        localDir: root,
        env: {
          ...aws.environment,
          ...docker?.environment,
          ARC_CONTAINER_IMAGES_CACHE: join(machine, 'cache'),
          npm_config_cache: join(machine, 'npm'),
        },
      })
      const { imagePhaseSeconds, imageUris }: DeployedOnce = JSON.parse(stdout)
      return { seconds: imagePhaseSeconds, uri: imageUris[0] ?? '' }
    }
    const writeApp = async (repository: string): Promise<void> => {
      await rm(app, { recursive: true, force: true })
      const settings = [
        `repository ${repository}`,
        'image-0',
        ...(way.settings?.(repository) ?? []),
      ]
      await makeApp(app, { functions: 3, images: 1, packages: definition, architecture, settings })
      await writeFunction(app, 'job-0', code)
      if (way.emulated === true) await installOnTarget(join(app, 'docker/image-0/Dockerfile'))
    }
    const buildByHand = async (repository: string): Promise<{ seconds: number; uri: string }> => {
      const functions = join(folder, 'functions')
      for (const job of ['job-0', 'job-1', 'job-2']) {
        await mkdir(join(functions, 'scheduled', job), { recursive: true })
        const text = `exports.handler = async () => '${job} ${job === 'job-0' ? code : ''}'\n`
        await writeFile(join(functions, 'scheduled', job, 'index.js'), text)
      }
      const uri = `${host}/${repository}:latest`
      const argv = ['--platform=linux/arm64', '--provenance=false', '--sbom=false', '--push']
      const contexts = [`--build-context=functions=${functions}`, `--tag=${uri}`, definition]
      const started = performance.now()
      await docker?.docker(['buildx', 'build', ...argv, ...contexts])
      return { seconds: (performance.now() - started) / 1000, uri }
    }
    let code = 'first'
    try {
      const measured: Partial<Record<(typeof buildCases)[number], Build>> = {}
      await emptyMachine()
      measured.firstEmpty = await build(name)
      measured.nothing = await build(name)
      code = 'changed'
      measured.changed = await build(name)
      // Nothing is left that could be mounted from one repository into another.
      await rm(registries.storage, { recursive: true, force: true })
      const again = `${name}-again`
      measured.first = await build(again)
      await emptyMachine()
      measured.nothingEmpty = await build(again)
      await emptyMachine()
      code = 'changed again'
      measured.changedEmpty = await build(again)
      return measured
    } finally {
      await docker?.stop()
    }
  }

  const results: Record<string, Record<string, Build>[]> = {}
  for (let run = 0; run < runs; run++) {
    for (const [index, [name, way]] of Object.entries(ways).entries()) {
      // There nothing is emulated.
      if (way.emulated === true && process.arch === architecture) continue
      const measured = await measure(way, `bench-${index}-${run}`)
      ;(results[name] ??= []).push(measured)
      const cells = buildCases.map((each) => `${each} ${measured[each]?.seconds.toFixed(2)} s`)
      say(`${name}: ${cells.join(', ')}`)
    }
  }
  const medians = Object.entries(results).map(([name, all]) => [
    name,
    Object.fromEntries(
      buildCases.map((each) => [each, median(all.flatMap((one) => one[each] ?? []))]),
    ),
  ])
  return {
    date: new Date().toISOString().slice(0, 10),
    runs,
    architecture,
    ways: Object.fromEntries(medians),
  }
}

function median(builds: readonly Build[]): Build {
  const sorted = builds.toSorted((a, b) => a.seconds - b.seconds)
  const middle = sorted[Math.floor(sorted.length / 2)]
  if (middle === undefined) throw new Error('No run to take the median of')
  return middle
}
