import t from 'tap'

import { printedBlock } from '../stand-in/assertions/printed-block.ts'
import { runArcImages } from '../stand-in/harness/arc-images.ts'
import { type ImageRun, openImageApp } from '../stand-in/inputs/image-app.ts'

t.setTimeout(120_000)

const app = await openImageApp({ aws: { pollsUntilSettled: 3 } })
t.teardown(() => app.close())
await app.edit('app.arc', (text) =>
  text.replace('  src plugin/index.ts\n', '  src plugin/index.ts\nlate\n  src late.mjs\n'),
)

/** A plugin below ours, whose changes CloudFormation meets. */
async function change(statement: string): Promise<void> {
  const body = `const { Resources } = cloudformation\n${statement}`
  const hook = `services({ cloudformation }) {\n${body}\n}`
  await app.write('late.mjs', `export default { deploy: { ${hook} } }\n`)
}

/** What is printed from the wait for CloudFormation on. */
function ending({ output }: ImageRun): string {
  return output
    .slice(output.indexOf('Deploying & building infrastructure...'))
    .replaceAll(/\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}/g, '2026-11-26 08:00:00')
    .replaceAll(/^ {4}at .*\n/gm, '')
}

const diagnose = async (...args: readonly string[]) => {
  const run = await runArcImages(app, ['diagnose', ...args])
  const stdout = run.stdout.replace(/\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}/, '2026-11-26 08:00:00')
  return { ...run, stdout }
}

/** CloudFormation comes to its end. */
function settle(): void {
  const stack = app.aws.stack('GreeterStaging')
  if (stack !== undefined) stack.status = stack.upcoming.splice(0).at(-1) ?? stack.status
}

const asked = (run: ImageRun) => run.calls.filter((call) => call.includes('Events'))

t.test('a success is told while it comes', async (t) => {
  await change('')
  const run = await app.deploy()
  t.equal(run.exitCode, 0, run.output)
  const lines = ending(run).split('\n')
  t.match(lines.slice(1, -1).join('\n'), '⚬ Stack GreeterStaging CREATE_IN_PROGRESS')
  t.match(lines.join('\n'), '⚬ Stack scheduled nightly CREATE_COMPLETE')
  t.notMatch(lines.join('\n'), 'Role CREATE_COMPLETE', 'what does not matter')
  t.notMatch(run.output, 'root cause')
  const told = await diagnose()
  t.equal(told.exitCode, 0)
  t.match(told.stdout, 'succeeded (CREATE_COMPLETE). Its 3 functions are Active.')
})

t.test('an update that Lambda refuses ends with its words', async (t) => {
  await change(
    `Resources.GetIndexHTTPLambda.Properties.Environment.Variables.BIG = 'x'.repeat(5000)`,
  )
  const run = await app.deploy()
  t.equal(run.exitCode, 1)
  const cause = `The root cause:
✗ get / (GetIndexHTTPLambda, AWS::Lambda::Function): UPDATE_FAILED
    Lambda: Lambda was unable to configure your environment variables because the environment variables you have provided exceeded the 4KB limit. (CloudFormation: InvalidRequest)
    docs/troubleshooting.md: \`exceeded the 4KB limit. String measured: {...}\``
  t.equal(
    ending(run),
    `Deploying & building infrastructure...
⚬ Stack GreeterStaging UPDATE_IN_PROGRESS
⚬ Stack get / UPDATE_FAILED: Lambda was unable to configure your environment variables because the environment variables you have provided exceeded the 4KB limit.
× Error: Bad deployment state found: UPDATE_ROLLBACK_IN_PROGRESS
deploy failed! Deployment failed
Error: Deployment failed

Stack GreeterStaging: the update of 2026-11-26 08:00:00 UTC failed and is being rolled back (UPDATE_ROLLBACK_IN_PROGRESS).

${cause}`,
  )
  settle()
  const told = await diagnose()
  t.equal(told.exitCode, 1)
  t.match(told.stdout, `failed (UPDATE_ROLLBACK_COMPLETE).\n\n${cause}`)
  t.equal(printedBlock('arc-images diagnose', told.stdout), told.stdout)
})

t.test('what CloudFormation validates beforehand, with either API', async (t) => {
  await change(`const { Properties } = Resources.NightlyScheduleLambda
    const ImageConfig = { ...Properties.ImageConfig, Extra: 1 }
    Resources.Other = { Type: 'AWS::Serverless::Function', Properties: { ...Properties, ImageConfig } }`)
  const run = await app.deploy()
  t.equal(run.exitCode, 1)
  t.match(
    ending(run),
    `The root cause:
✗ Other (AWS::Lambda::Function): VALIDATION_FAILED
    CloudFormation: AWS::EarlyValidation::PropertyValidation: #/ImageConfig: extraneous key [Extra] is not permitted
    In the template: /Resources/Other/Properties/ImageConfig/Extra
    docs/troubleshooting.md:`,
  )
  app.aws.refuse({ service: 'cloudformation', action: 'DescribeEvents', fault: 'AccessDenied' })
  const told = await diagnose('--json')
  t.match(JSON.parse(told.stdout), {
    schema: 1,
    command: 'diagnose',
    operation: { kind: 'update', outcome: 'failed' },
    causes: [{ reason: /validation failed: .*PropertyValidation/ }],
    notes: [/What the validation found is not known: .* Allow cloudformation:DescribeEvents/],
  })
  app.aws.heal()
  settle()
})

t.test('functions that are deployed and not Active', async (t) => {
  const { functions = {} } = app.aws.stack('GreeterStaging')?.deployment ?? {}
  const { functionName = '' } = functions['NightlyScheduleLambda'] ?? {}
  const failure = { code: 'ImageAccessDenied', reason: 'Lambda cannot pull.' }
  app.aws.state.functionUpdates[functionName] = {
    revision: '1',
    modified: 0,
    looksLeft: 0,
    state: { state: 'Inactive', code: 'Idle', reason: 'The function is idle.' },
  }
  const idle = await diagnose()
  t.equal(idle.exitCode, 1)
  t.match(
    idle.stdout,
    `✗ scheduled nightly (NightlyScheduleLambda, ${functionName}): State Inactive, Idle`,
  )
  t.match(idle.stdout, 'Lambda: The function is idle.\n    It was not called for weeks')
  app.aws.state.functionUpdates[functionName] = {
    revision: '1',
    modified: 0,
    looksLeft: 0,
    failure,
  }
  t.match(
    (await diagnose()).stdout,
    'LastUpdateStatus Failed, ImageAccessDenied\n    Lambda: Lambda cannot',
  )
  delete app.aws.state.functionUpdates[functionName]
})

t.test('nobody waits: no event is asked for, and there is no last word', async (t) => {
  for (const args of [['--fast'], ['--dry-run']]) {
    const run = await app.deploy({ args: ['deploy', '--no-hydrate', ...args] })
    t.equal(run.exitCode, 0, run.output)
    t.strictSame(asked(run), [])
    settle()
  }
})

t.test('what fails before CloudFormation begins is not blamed on an older update', async (t) => {
  await change(`Resources.GetIndexHTTPLambda.Properties.CodeUri = '/nowhere'`)
  const run = await app.deploy()
  t.equal(run.exitCode, 1)
  t.notMatch(run.output, 'root cause')
  t.match(asked(run), ['cloudformation:DescribeEvents'])
})

t.test('credentials that end meanwhile', async (t) => {
  await change('')
  app.aws.refuse({ service: 'cloudformation', action: 'UpdateStack', fault: 'ExpiredToken' })
  app.aws.refuse({ service: 'cloudformation', action: 'CreateStack', fault: 'ExpiredToken' })
  app.aws.refuse({ service: 'cloudformation', action: 'DescribeEvents', fault: 'ExpiredToken' })
  const run = await app.deploy()
  t.equal(run.exitCode, 1)
  t.match(run.output, 'Why CloudFormation failed is not known: AWS_CREDENTIALS_REFUSED')
  t.match(run.output, "'arc-images diagnose --stack GreeterStaging' asks again.")
})
