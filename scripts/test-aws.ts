/**
 * `npm run test:aws`: tries on a real AWS account what README says was not verified there, with an
 * app of its own that is deleted at the end, also when it is interrupted, and writes
 * `docs/verified-on-aws.md`. With `--stand-in` it does all of it against this repository's stand-in
 * of AWS and writes nothing, which shows that the check itself works.
 */
import { randomBytes } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline/promises'
import { parseArgs } from 'node:util'
import { execa } from 'execa'

import { checkClaims, type CheckOptions, tearDownCheck } from '../test/live/check.ts'
import type { ClaimId, Finding } from '../test/live/claims.ts'
import { writeLiveApp } from '../test/live/live-app.ts'
import { openLiveAws } from '../test/live/live-aws.ts'
import { openStandIn } from '../test/live/stand-in-of-aws.ts'
import { verifiedPage } from '../test/live/verified-page.ts'

const { values } = parseArgs({
  options: {
    region: { type: 'string', default: process.env['AWS_REGION'] ?? 'us-west-2' },
    architecture: { type: 'string' },
    yes: { type: 'boolean', default: false },
    'stand-in': { type: 'boolean', default: false },
  },
})
const { region, yes, 'stand-in': standIn } = values
const here = process.arch === 'arm64' ? 'arm64' : 'x86_64'
const wanted = values.architecture ?? (standIn ? here : 'arm64')
const architecture = wanted === 'x86_64' ? 'x86_64' : 'arm64'
const name = `arc-images-check-${randomBytes(3).toString('hex')}`
const root = join(import.meta.dirname, '..')
const say = (line: string): void => console.log(line)

await using resources = new AsyncDisposableStack()
const docker = !standIn && (await hasBuildx())

say(`This deploys the app '${name}' to ${standIn ? 'the stand-in of AWS' : `the AWS account of your credentials, in ${region}`}, for ${architecture}:
- a CloudFormation stack with an HTTP API and ${docker ? 3 : 2} Lambda functions, updated about eight times
- an ECR repository with about 300 MB of images, a bucket, an SSM parameter, log groups
It asks each function a few times and deletes all of it at the end, also on Ctrl-C. Left for an hour
it would cost less than a cent; it takes about ten minutes.`)

if (standIn || yes || (await agrees())) process.exitCode = await check()
else say('Nothing was made.')

async function check(): Promise<number> {
  const world = standIn ? await openStandIn() : undefined
  if (world !== undefined) resources.defer(() => world.close())
  const environment = environmentOf(world?.environment)
  // The check's own calls use the same credentials and endpoint.
  if (world !== undefined) Object.assign(process.env, world.environment)
  const app = await writeLiveApp({ name, region, architecture, docker })
  resources.defer(() => app.remove())
  const aws = await openLiveAws(region)
  const interruption = new AbortController()
  const { signal } = interruption
  const options: CheckOptions = { app, aws, name, docker, environment, say, signal }

  let findings = new Map<ClaimId, Finding>()
  // Children get the signal too and end; what they made is deleted below.
  for (const ending of ['SIGINT', 'SIGTERM'])
    process.on(ending, () => interruption.abort(new Error('it was interrupted.')))
  try {
    findings = new Map(await checkClaims(options))
  } catch (error) {
    say(`The check stopped: ${error instanceof Error ? error.message : String(error)}`)
  }
  say('deleting everything')
  const teardown = await tearDownCheck(options)
  findings.set('teardown', teardown)
  say(`${teardown.verdict}: teardown: ${teardown.seen}`)

  const date = new Date().toISOString().slice(0, 10)
  const against = standIn ? 'the stand-in of AWS' : 'AWS'
  const page = verifiedPage({ date, region, architecture, against }, findings)
  if (standIn) say(`\n${page}`)
  else await writeFile(join(root, 'docs/verified-on-aws.md'), page)
  if (signal.aborted) return 130
  return [...findings.values()].some(({ verdict }) => verdict === 'does not hold') ||
    findings.size < 2
    ? 1
    : 0
}

function environmentOf(extra: Readonly<Record<string, string>> = {}): Record<string, string> {
  const entries = Object.entries({ ...process.env, CI: 'true', NO_COLOR: '1', ...extra })
  return Object.fromEntries(
    entries.flatMap(([key, value]) => (value === undefined ? [] : [[key, value]])),
  )
}

async function agrees(): Promise<boolean> {
  if (!process.stdin.isTTY) {
    say('Nobody can be asked here: say --yes.')
    return false
  }
  const terminal = createInterface({ input: process.stdin, output: process.stdout })
  const answer = await terminal.question('Go on? (yes/no) ')
  terminal.close()
  return answer.trim().toLowerCase() === 'yes'
}

async function hasBuildx(): Promise<boolean> {
  const { exitCode } = await execa('docker', ['buildx', 'inspect'], { reject: false })
  return exitCode === 0
}
