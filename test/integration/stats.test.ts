import { readFile } from 'node:fs/promises'
import { join } from 'node:path'

import t from 'tap'

import { printedBlock } from '../stand-in/assertions/printed-block.ts'
import type { StackRecord } from '../stand-in/aws/cloudformation/stack.ts'
import { runArcImages } from '../stand-in/harness/arc-images.ts'
import { openImageApp } from '../stand-in/inputs/image-app.ts'
import { jsonReports, steadyCalls, textReports } from '../stand-in/inputs/lambda-reports.ts'

t.setTimeout(120_000)

const hour = 60 * 60 * 1000

/** As if its operations had begun so many hours ago, the first of them first. */
function moveIntoThePast(stack: StackRecord, hours: readonly number[]): void {
  const operations = [...new Set(stack.events.map(({ operation }) => operation.id))]
  for (const event of stack.events) {
    const ago = hours[operations.indexOf(event.operation.id)] ?? 0
    Object.assign(event, { time: Date.now() - ago * hour })
  }
}

/** With times and digests that do not change from run to run. */
function forDocs(text: string): string {
  const times = ['11-25 12:00', '11-26 12:00', '11-26 06:00', '11-25 20:00']
  const digests = ['4f1c2d3e4a5b', '99aa00bb11cc', '07d1e5b2c3f4']
  const inTurn = (pattern: RegExp, names: readonly string[], from: string): string => {
    const seen: string[] = []
    return from.replaceAll(pattern, (found) => {
      if (!seen.includes(found)) seen.push(found)
      return names[seen.indexOf(found)] ?? found
    })
  }
  return inTurn(/\b[0-9a-f]{12}\b/g, digests, inTurn(/\b\d\d-\d\d \d\d:\d\d\b/g, times, text))
}

t.test('stats, before and after a function became an image, and changed', async (t) => {
  const app = await openImageApp({ aws: { lambdaRules: false } })
  t.teardown(() => app.close())
  const manifest = await app.read('app.arc')
  const deploys: string[] = []
  const deploy = async () => {
    const run = await app.deploy()
    if (run.exitCode !== 0) deploys.push(run.output)
  }
  await app.edit('app.arc', (text) => text.slice(0, text.indexOf('@container-images')))
  await deploy()
  await app.edit('app.arc', () => manifest)
  await deploy()
  await app.edit('src/scheduled/nightly/index.mjs', (text) => text.replace('nightly', 'changed'))
  await deploy()
  t.strictSame(deploys, [])

  const stack = app.aws.stack('GreeterStaging')
  if (stack === undefined) throw new Error('there is no stack')
  moveIntoThePast(stack, [40, 16, 6])
  const named = (id: string) => [
    ...new Set(
      stack.events.filter(({ logicalId }) => logicalId === id).map((event) => event.physicalId),
    ),
  ]
  const [zip = '', image = ''] = named('NightlyScheduleLambda')
  const ago = (hours: number) => Date.now() - hours * hour
  const calls = { count: 200, coldEvery: 10, duration: 80, init: 400 }
  app.aws.writeLog(
    `/aws/lambda/${zip}`,
    textReports(steadyCalls({ ...calls, from: ago(23), to: ago(16.1) })),
  )
  app.aws.writeLog(
    `/aws/lambda/${image}`,
    textReports([
      ...steadyCalls({ ...calls, from: ago(15.9), to: ago(6.1), init: 700 }),
      ...steadyCalls({ ...calls, from: ago(5.9), to: ago(0.1), init: 1400, used: 120 }),
      { time: ago(1), duration: 3000, ended: 'timeout' },
      { time: ago(1), duration: 5, ended: 'thrown' },
      { time: ago(1), duration: 5, ended: 'error' },
    ]),
  )
  const [, greet = ''] = named('GetGreetNameHTTPLambda')
  app.aws.writeLog(
    `/aws/lambda/${greet}`,
    jsonReports([
      ...steadyCalls({ ...calls, from: ago(5), to: ago(1), used: 60 }),
      { time: ago(1), duration: 9, ended: 'outOfMemory', used: 128 },
    ]),
  )
  app.aws.writeLog('/aws/lambda/GreeterStaging-NightlyScheduleLambdaOther-1', [])

  const digest = (id: string) => {
    const uri = String(app.resources()[id]?.Properties['ImageUri'])
    return uri.slice(uri.indexOf('@sha256:') + 8, uri.indexOf('@sha256:') + 20)
  }

  await t.test('each function in each period, by what ran', async (t) => {
    const run = await runArcImages(app, ['stats', '--json'])
    t.equal(run.exitCode, 0, run.stderr)
    const { functions, deploys: times, bytesScanned, notes } = JSON.parse(run.stdout)
    t.equal(times.length, 2)
    t.ok(bytesScanned > 10_000)
    t.strictSame(notes, ['get / has no log group: it has not run yet.'])
    const nightly = functions.find(({ name }: { name: string }) => name === 'scheduled nightly')
    t.match(nightly.periods, [
      { ran: 'zip', physicalId: zip, invocations: 200, coldStarts: 20, errors: 0 },
      { ran: /^[0-9a-f]{12}$/, physicalId: image, invocations: 200, coldStarts: 20 },
      {
        ran: digest('NightlyScheduleLambda'),
        physicalId: image,
        invocations: 203,
        coldStarts: 20,
        memoryUsed: 120,
        memorySize: 128,
        timeouts: 1,
        errors: 2,
        outOfMemory: 0,
      },
    ])
    t.not(nightly.periods[1].ran, nightly.periods[2].ran)
    t.ok(nightly.periods[2].initP50 > nightly.periods[1].initP50 * 1.8)
    t.match(nightly.advice, [
      '1 of 203 calls ended at the timeout',
      'It used 120 of its 128 MB',
      /^Since the last deploy its cold starts take \d+ ms longer/,
    ])
    const greets = functions.find(({ name }: { name: string }) => name === 'get /greet/:name')
    t.match(greets.periods, [
      { ran: digest('GetGreetNameHTTPLambda'), invocations: 201, outOfMemory: 1, errors: 0 },
    ])
  })

  await t.test('for people, with what the question costs', async (t) => {
    const { stdout, calls: asked } = await runArcImages(app, ['stats', '--since', '1d'])
    t.match(stdout, /^GreeterStaging, [\d: -]+ to [\d: -]+ UTC\n/)
    t.match(
      stdout,
      /scheduled nightly +from [\d: -]+ +from [\d: -]+\nran +[0-9a-f]{12} +[0-9a-f]{12}\n/,
    )
    t.match(
      stdout,
      /Read [\d.]+ kB of logs, which costs less than \$0\.0001 by the price of most regions\.$/,
    )
    t.ok(stdout.split('\n').every((line) => line.length <= 80))
    const printed = forDocs(stdout)
    t.equal(printedBlock('arc-images stats', printed), printed, 'as docs/commands.md has it')
    t.equal(asked.filter((call) => call === 'logs:StartQuery').length, 3, 'one a period')
  })

  await t.test('as a page, of which nothing is loaded', async (t) => {
    const file = join(app.cache, 'stats.html')
    const run = await runArcImages(app, ['stats', '--html', file])
    t.match(run, { exitCode: 0, stderr: /^Wrote / })
    const page = await readFile(file, 'utf8')
    t.match(page, /<h2>scheduled nightly<\/h2>/)
    t.equal(page.split('class="deploy"').length - 1, 2 * 2 * 2, 'two deploys in each chart')
    t.notMatch(page, /<script|https?:\/\/(?!www\.w3\.org)/)
  })

  await t.test('a shorter time has fewer deploys; a wrong one is refused', async (t) => {
    const short = JSON.parse((await runArcImages(app, ['stats', '--since', '3h', '--json'])).stdout)
    t.strictSame(short.deploys, [])
    t.match(await runArcImages(app, ['stats', '--since', 'yesterday']), {
      exitCode: 2,
      stderr: /takes hours, days or weeks/,
    })
    t.match(await runArcImages(app, ['stats', '--name', 'PR7']), {
      exitCode: 1,
      stderr: /^STACK_MISSING: There is no stack GreeterStagingPR7/,
    })
  })

  await t.test('without the right to ask, the right is named', async (t) => {
    app.aws.refuse({ service: 'logs', action: 'StartQuery', fault: 'AccessDenied', times: 9 })
    t.match(await runArcImages(app, ['stats']), {
      exitCode: 1,
      stderr: /AWS_DENIED.*logs:StartQuery/s,
    })
  })
})
