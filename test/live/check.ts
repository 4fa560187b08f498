import { join, resolve } from 'node:path'

import { execa } from 'execa'

import type { ClaimId, Finding } from './claims.ts'
import type { LiveApp } from './live-app.ts'
import type { Fields, LiveAws } from './live-aws.ts'

const root = resolve(import.meta.dirname, '../..')

export interface CheckOptions {
  readonly app: LiveApp
  readonly aws: LiveAws
  /** The name in app.arc. */
  readonly name: string
  readonly docker: boolean
  /** For `arc` and `arc-images`; nothing else reaches them. */
  readonly environment: Readonly<Record<string, string>>
  readonly say: (line: string) => void
  /** Aborted: no step begins any more, but for the teardown. */
  readonly signal: AbortSignal
}

/** The stack is a preview's, so that `arc-images destroy` may delete it. */
const preview = 'Check'

/** What the app's functions say of themselves; see `live-app.ts`. */
interface FunctionAnswer extends Fields {
  readonly text?: unknown
  readonly native?: unknown
  readonly client?: unknown
}

interface Run {
  readonly exitCode: number | undefined
  readonly output: string
}

/**
 * Deploys, changes, breaks and reads the app as its users would, and says of each claim what was
 * seen. A step that fails ends the check; the claims after it were not tried.
 */
export async function checkClaims(options: CheckOptions): Promise<ReadonlyMap<ClaimId, Finding>> {
  const { app, aws, name, docker, say } = options
  const findings = new Map<ClaimId, Finding>()
  const stackName = stackNameOf(name)
  const note = (id: ClaimId, holds: boolean, seen: string): void => {
    findings.set(id, { verdict: holds ? 'holds' : 'does not hold', seen })
    say(`${holds ? 'holds' : 'DOES NOT HOLD'}: ${id}: ${seen}`)
  }

  say('deploying an image of each builder and a zip')
  const first = await deploy(options)
  if (first.exitCode !== 0) {
    note('push', false, lastLines(first.output))
    return findings
  }
  const repository = await repositoryOf(options)
  note('push', true, `${repository.uri} has ${await running('embedded')}`)
  const { imageTagMutability, imageScanningConfiguration } = repository.fields
  const settings = JSON.stringify([imageTagMutability, imageScanningConfiguration])
  note('repository', settings.includes('IMMUTABLE'), settings)
  note('layers', ...(await stateOf('embedded')))
  if (docker) note('docker', ...(await stateOf('dockerfile')))
  else findings.set('docker', { verdict: 'not tried', seen: 'no docker buildx on this machine' })
  const answers = await Promise.all(['embedded', ...(docker ? ['dockerfile'] : [])].map(ask))
  const starts = answers.every(({ text }) => text === 'first') && answers[0]?.native === 'function'
  note('invoke', starts, answers.map((answer) => JSON.stringify(answer)).join(' '))
  const client = String(answers[0]?.client)
  if (client.startsWith('no version'))
    findings.set('client', { verdict: 'not tried', seen: client })
  else note('client', client.startsWith('4.'), client)

  say('deploying again with nothing changed')
  const same = await deploy(options)
  note('identical', same.exitCode === 0, lastLines(same.output))

  say('changing a line, and a version of a package')
  await app.say('second')
  await app.bump()
  const changed = await deploy(options)
  const second = await ask('embedded')
  const runs = changed.exitCode === 0 && second.text === 'second' && second.native === 'function'
  note('change', runs, changed.exitCode === 0 ? JSON.stringify(second) : lastLines(changed.output))

  say('zip to image, and back')
  const asZip = await physicalId('switch')
  await app.flag('image')
  const toImage = await deploy(options)
  const asImage = await physicalId('switch')
  const switched = await ask('switch')
  await app.flag('zip')
  const toZip = await deploy(options)
  const again = await physicalId('switch')
  note(
    'replace',
    toImage.exitCode === 0 && toZip.exitCode === 0 && new Set([asZip, asImage, again]).size === 3,
    `${asZip}, ${asImage} (${JSON.stringify(switched)}), ${again}`,
  )

  say('an update that fails')
  const before = await running('embedded')
  await app.say('third')
  await app.breakUpdate(true)
  const broken = await deploy(options)
  await settled()
  const after = await running('embedded')
  const kept =
    broken.exitCode !== 0 && after === before && (await ask('embedded')).text === 'second'
  note('rollback', kept, `${String(await aws.stackStatus(stackName))}, runs ${after}`)
  const diagnosed = await arcImages(options, 'diagnose', '--name', preview, '--json')
  // Without a note it was DescribeEvents that told.
  const told = broken.output.includes('The root cause:') && diagnosed.output.includes('"notes": []')
  note('why', told, lastLines(broken.output))
  await app.breakUpdate(false)

  say('retention')
  const live = new Set([after, ...(docker ? [await running('dockerfile')] : [])])
  const expiring = await aws.lifecyclePreview(repository.name)
  note(
    'lifecycle',
    expiring.every((digest) => !live.has(digest)),
    `would expire ${expiring.length} images`,
  )
  const gc = await arcImages(options, 'gc', '--yes')
  const still = await ask('embedded')
  note('gc', gc.exitCode === 0 && still.text === 'second', lastLines(gc.output))
  return findings

  async function ask(path: string): Promise<FunctionAnswer> {
    return await aws.invoke(await physicalId(path))
  }

  async function physicalId(path: string): Promise<string> {
    const found = [...(await aws.functions(stackName))].find(
      ([id, { type }]) =>
        type === 'AWS::Lambda::Function' && id.toLowerCase().startsWith(`get${path}`),
    )
    if (found === undefined) throw new Error(`${stackName} has no function for get /${path}`)
    return found[1].physicalId
  }

  async function running(path: string): Promise<string> {
    const { ResolvedImageUri: uri } = await aws.code(await physicalId(path))
    return String(uri).split('@').at(-1) ?? ''
  }

  async function stateOf(path: string): Promise<readonly [boolean, string]> {
    const { State, StateReasonCode, StateReason, PackageType } = await aws.configuration(
      await physicalId(path),
    )
    const seen = [PackageType, State, StateReasonCode, StateReason].filter(Boolean).join(' ')
    return [State === 'Active' && PackageType === 'Image', seen]
  }

  async function settled(): Promise<void> {
    for (let tries = 0; tries < 120; tries++) {
      if (!((await aws.stackStatus(stackName)) ?? '').endsWith('_IN_PROGRESS')) return
      await new Promise((resolve) => setTimeout(resolve, 5000))
    }
  }
}

/** Deletes all that the check made, and says of the teardown what was seen. */
export async function tearDownCheck(options: CheckOptions): Promise<Finding> {
  const { aws, name } = options
  const destroyed = await arcImages(options, 'destroy', '--name', preview)
  const status = await aws.stackStatus(stackNameOf(name))
  await aws.removeRest(name, repositoryNames(name))
  const gone = destroyed.exitCode === 0 && (status === undefined || status === 'DELETE_COMPLETE')
  return {
    verdict: gone ? 'holds' : 'does not hold',
    seen: `${lastLines(destroyed.output)}; the stack is ${status ?? 'gone'}`,
  }
}

/** As Architect names the stack of `arc deploy --name Check`. */
function stackNameOf(name: string): string {
  const logical = name.replaceAll(/(?:^|-)([a-z0-9])/g, (_, letter: string) => letter.toUpperCase())
  return `${logical}Staging${preview}`
}

/** Those that a deploy of the preview may have made. */
function repositoryNames(name: string): readonly string[] {
  return [`${name}-lambda-images-preview`, `${name}-lambda-images`]
}

async function repositoryOf({ aws, name }: CheckOptions) {
  for (const repository of repositoryNames(name)) {
    const found = await aws.repository(repository)
    if (found !== undefined)
      return { name: repository, uri: String(found['repositoryUri']), fields: found }
  }
  throw new Error('The deploy made no repository')
}

async function deploy(options: CheckOptions): Promise<Run> {
  const arc = join(root, 'node_modules/@architect/architect/src/index.js')
  const deployed = await run(options, arc, 'deploy', '--no-hydrate', '--name', preview)
  options.signal.throwIfAborted()
  return deployed
}

function arcImages(options: CheckOptions, ...args: readonly string[]): Promise<Run> {
  return run(options, join(root, 'plugin/cli.ts'), ...args)
}

async function run({ app, environment }: CheckOptions, ...argv: readonly string[]): Promise<Run> {
  const { exitCode, all } = await execa(process.execPath, argv, {
    cwd: app.directory,
    env: { ...environment },
    extendEnv: false,
    stdin: 'ignore',
    all: true,
    reject: false,
  })
  return { exitCode, output: all }
}

function lastLines(output: string): string {
  const lines = output.split('\n').map((line) => line.trim())
  return lines
    .filter((line) => line !== '')
    .slice(-3)
    .join(' | ')
}
