import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { isDeepStrictEqual } from 'node:util'

import { type ErrorCode, errorCodes } from '../../plugin/errors.ts'
import { type ArcRun, runArc } from '../stand-in/harness/arc.ts'
import { networkEnvironment } from '../stand-in/harness/network-environment.ts'
import { type AwsStandIn, startAws } from '../stand-in/aws/index.ts'
import { invokeDeployed } from './invoke-deployed.ts'
import type { PackagesWorld } from './open-packages-world.ts'
import type { Architecture, Outcome, PackageRow } from './package-row.ts'

const root = resolve(import.meta.dirname, '../..')
const unreachable = /E(?:NOTFOUND|AI_AGAIN|CONNREFUSED|TIMEDOUT)|REGISTRY_UNREACHABLE/

/** The real `arc deploy` of an app whose one function uses the package, then one event to it. */
export async function usePackage(
  row: PackageRow,
  architecture: Architecture,
  world: PackagesWorld,
): Promise<Outcome> {
  const work = await mkdtemp(join(tmpdir(), 'package-'))
  const aws = await startAws({ pollsUntilSettled: 0, baseRegistry: world.bases })
  try {
    const directory = await writeApp(work, row, architecture)
    const run = await runArc({
      app: directory,
      directory,
      args: ['deploy', '--no-hydrate'],
      // An emulated processor starts some packages slowly.
      timeout: 420_000,
      environment: {
        ...networkEnvironment(),
        ...aws.environment,
        npm_config_cache: world.npmCache,
        ARC_CONTAINER_IMAGES_CACHE: world.cache,
      },
    })
    return run.exitCode === 0 ? await use(row, aws, world) : judgeRefusal(row, run)
  } finally {
    await aws.close()
    await rm(work, { recursive: true, force: true })
  }
}

async function use(row: PackageRow, aws: AwsStandIn, world: PackagesWorld): Promise<Outcome> {
  const { payload, error, output } = await invokeDeployed(aws, world.cache)
  if (error !== undefined)
    return wrong(`green and dead: ${error.errorType} ${error.errorMessage}\n${output}`)
  const answer: unknown = JSON.parse(payload.toString())
  if ('refused' in row.expected) return wrong(`works, and answers ${JSON.stringify(answer)}`)
  return isDeepStrictEqual(answer, row.expected.answers)
    ? { kind: 'works' }
    : wrong(`answers ${JSON.stringify(answer)}`)
}

function judgeRefusal({ expected }: PackageRow, { output }: ArcRun): Outcome {
  const code = codeIn(output)
  const asExpected =
    'refused' in expected && code === expected.refused && expected.says.test(output)
  if (code !== undefined && asExpected) return { kind: 'refused', code }
  const [reason] = unreachable.exec(output) ?? []
  return reason === undefined ? wrong(output) : { kind: 'out-of-reach', reason }
}

function codeIn(output: string): ErrorCode | undefined {
  const words = [...output.matchAll(/(?:^|^- |failed! )([A-Z]+(?:_[A-Z]+)+): /gm)]
  const isCode = (word: string): word is ErrorCode => Object.hasOwn(errorCodes, word)
  return words.map(([, word = '']) => word).find(isCode)
}

function wrong(seen: string): Outcome {
  return { kind: 'wrong', seen }
}

async function writeApp(
  work: string,
  row: PackageRow,
  architecture: Architecture,
): Promise<string> {
  const directory = join(work, 'app')
  const folders = {
    source: join(directory, 'src/http/get-index'),
    image: join(directory, 'docker/used'),
  }
  for (const folder of Object.values(folders)) await mkdir(folder, { recursive: true })
  for (const name of ['plugin', 'node_modules'])
    await symlink(join(root, name), join(directory, name), 'dir')
  const settings = (row.settings ?? []).map((line) => `  ${line}\n`).join('')
  await writeFile(
    join(directory, 'app.arc'),
    `@app
packages

@plugins
container-images
  src plugin/index.ts

@http
get /

@static
false

@aws
runtime nodejs24.x
architecture ${architecture}

@container-images
get / used
${settings === '' ? '' : `\n@images\nused\n${settings}`}`,
  )
  await writeFile(join(folders.source, 'index.mjs'), row.handler)
  await writeFile(join(folders.source, 'config.arc'), '@aws\nmemory 2048\ntimeout 30\n')
  const dependencies = { [row.name]: row.version, ...row.with }
  await writeFile(
    join(folders.image, 'package.json'),
    JSON.stringify({ private: true, dependencies }),
  )
  return directory
}
