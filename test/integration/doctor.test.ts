import t from 'tap'

import { checkNames } from '../../plugin/core/doctor/finding.ts'
import { runArcImages } from '../stand-in/harness/arc-images.ts'
import { type ImageApp, openImageApp } from '../stand-in/inputs/image-app.ts'

const role = 'arn:aws:sts::123456789012:assumed-role/deploy/ada'

async function examine(app: ImageApp, environment: Readonly<Record<string, string>> = {}) {
  const { stdout, ...run } = await runArcImages(app, ['doctor', '--json'], environment)
  const answer: { findings: { check: string; state: string; text: string }[] } = JSON.parse(stdout)
  const found = new Map(answer.findings.map((finding) => [finding.check, finding]))
  return { ...run, answer, found }
}

t.test('all in order: each look tells what it saw', async (t) => {
  const app = await openImageApp({ aws: { callerArn: role } })
  t.teardown(() => app.close())
  const before = await app.files()
  const { exitCode, answer, found, calls } = await examine(app)
  t.equal(exitCode, 0, JSON.stringify(answer))
  t.match(answer, { schema: 1, command: 'doctor', stack: 'GreeterStaging', deploys: true })
  t.strictSame([...found.keys()], checkNames)
  t.match(found.get('credentials')?.text, `${role}, from AWS_ACCESS_KEY_ID`)
  t.match(found.get('app')?.text, '2 functions in 1 image: small')
  t.match(found.get('permissions'), { state: 'ok' })
  t.match(found.get('registry')?.text, /^123456789012\.dkr\.ecr\.us-west-2\.amazonaws\.com takes/)
  t.match(found.get('docker')?.text, 'not needed')
  t.match(found.get('clock'), { state: 'ok' })
  t.notOk(calls.some((call) => /:(?:Create|Put|Update|Delete)/.test(call)))
  t.strictSame(await app.files(), before, 'nothing is changed')

  const table = await runArcImages(app, ['doctor'])
  t.match(table, { exitCode: 0, stderr: '', stdout: /\n\nNothing here would stop a deploy\.$/ })
  t.strictSame(
    table.stdout.split('\n').filter((line) => line.length > 80),
    [],
  )
})

t.test('what would stop a deploy is named, all at once, with what to do', async (t) => {
  const app = await openImageApp({
    aws: { callerArn: role, mayDo: ({ action }) => action !== 'ecr:PutImage' },
  })
  t.teardown(() => app.close())
  await app.edit('app.arc', (text) => text.replace('define GREETING', 'keep many'))
  const { exitCode, found } = await examine(app, { NODE_EXTRA_CA_CERTS: '/no/such/file.pem' })
  t.equal(exitCode, 1)
  t.match(found.get('app'), { state: 'stops', text: /^SETTING_VALUE_INVALID: app\.arc:\d+: / })
  t.match(found.get('permissions'), {
    state: 'stops',
    text: /does not allow ecr:PutImage on arn:aws:ecr:us-west-2:123456789012:repository\/greeter-lambda-images\. Allow it/,
  })
  t.match(found.get('network'), { state: 'stops', text: /\/no\/such\/file\.pem/ })
})

t.test('what may not be asked is said, and stops nothing', async (t) => {
  const app = await openImageApp({ aws: { callerArn: role } })
  t.teardown(() => app.close())
  app.aws.refuse({ service: 'iam', action: 'GetRole', fault: 'AccessDenied' })
  const { exitCode, found } = await examine(app)
  t.equal(exitCode, 0)
  t.match(found.get('permissions'), { state: 'note', text: /^not known: iam:GetRole/ })
})

t.test('without credentials, or with a clock that is wrong', async (t) => {
  const app = await openImageApp({ aws: { clockSkew: 20 * 60 * 1000 } })
  t.teardown(() => app.close())
  const skewed = await examine(app)
  t.match(skewed.found.get('credentials'), { state: 'stops', text: /Set this machine's clock/ })
  const none = await examine(app, {
    AWS_ACCESS_KEY_ID: '',
    AWS_SECRET_ACCESS_KEY: '',
    AWS_EC2_METADATA_DISABLED: 'true',
  })
  t.match(none, { exitCode: 1, stderr: '' })
  t.match(none.found.get('credentials'), { state: 'stops', text: /^AWS_CREDENTIALS_MISSING: / })
  t.match(none.found.get('registry'), { state: 'note', text: /not asked/ })
})

t.test('Docker is looked for when an image needs it', async (t) => {
  const app = await openImageApp()
  t.teardown(() => app.close())
  await app.write('docker/small/Dockerfile', 'FROM public.ecr.aws/lambda/nodejs:24\n')
  const programs = t.testdir({
    env: t.fixture('symlink', '/usr/bin/env'),
    node: t.fixture('symlink', process.execPath),
  })
  const { found } = await examine(app, { PATH: programs })
  t.match(found.get('docker'), {
    state: 'stops',
    text: "needed by small, and there is no program 'docker' on PATH. Install Docker with buildx.",
  })
})
