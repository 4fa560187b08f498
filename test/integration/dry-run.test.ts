import t from 'tap'

import { openImageApp } from '../stand-in/inputs/image-app.ts'

const uri = {
  'Fn::Sub':
    /^\$\{AWS::AccountId\}\.dkr\.ecr\.\$\{AWS::Region\}\.\$\{AWS::URLSuffix\}\/greeter-lambda-images:small-arm64-[0-9a-f]{32}$/,
}

for (const flag of ['--dry-run', '--eject']) {
  t.test(`${flag} names the image and pushes nothing`, async (t) => {
    const app = await openImageApp()
    t.teardown(() => app.close())
    const before = await app.files()
    const run = await app.deploy({ args: ['deploy', flag, '--no-hydrate'] })
    t.equal(run.exitCode, 0, run.output)
    t.match(run.output, '⚬ Images Naming 1 image; nothing is pushed')
    t.match(run.output, /✓ Images Would deploy greeter-lambda-images:small-arm64-[0-9a-f]{32}/)
    t.match(run.samTemplate?.Resources['NightlyScheduleLambda']?.Properties, {
      PackageType: 'Image',
      ImageUri: uri,
      ImageConfig: {
        EntryPoint: ['/lambda-entrypoint.sh'],
        Command: ['scheduled/nightly/index.handler'],
        WorkingDirectory: '/var/task',
      },
    })
    t.equal(run.samTemplate?.Resources['NightlyScheduleLambda']?.Properties['Runtime'], undefined)
    t.notMatch(JSON.stringify(run.samTemplate), /NODE_OPTIONS|_SANDBOX/, 'of the sandbox alone')
    t.strictSame(run.asked, [])
    t.notMatch(run.calls.join(), /ecr:|GetTemplate|Stack\b/, 'nothing was asked but by Architect')
    t.strictSame(app.aws.state.stacks, [])
    const after = await app.files()
    t.strictSame({ ...after, 'sam.json': undefined }, { ...before, 'sam.json': undefined })
  })
}

t.test('the tag of a dry run is the tag of the deploy', async (t) => {
  const app = await openImageApp()
  t.teardown(() => app.close())
  const dry = await app.deploy({ args: ['deploy', '--dry-run', '--no-hydrate'] })
  const run = await app.deploy()
  t.equal(run.exitCode, 0, run.output)
  const [, tag = ''] = await app.tags()
  t.match(dry.output, `Would deploy greeter-lambda-images:${tag}`)
})

t.test('a dry run refuses what a deploy would refuse', async (t) => {
  const app = await openImageApp()
  t.teardown(() => app.close())
  await app.edit('src/http/get-greet-000name/index.mjs', (text) => `import 'aws-sdk'\n${text}`)
  const run = await app.deploy({ args: ['deploy', '--dry-run', '--no-hydrate'] })
  t.equal(run.exitCode, 1, run.output)
  t.match(run.output, /MODULE_MISSING: .*loads 'aws-sdk'/)
  t.strictSame(run.asked, [])
})

t.test('without registries it names what could not be resolved', async (t) => {
  const app = await openImageApp()
  t.teardown(() => app.close())
  await app.edit('app.arc', (text) => `${text}small\n  base example.com/own/base:1\n`)
  const environment = { ARC_CONTAINER_IMAGES_REGISTRIES: 'example.com=http://127.0.0.1:9' }
  const run = await app.deploy({ args: ['deploy', '--dry-run', '--no-hydrate'], environment })
  t.equal(run.exitCode, 0, run.output)
  t.match(run.output, /Could not resolve example\.com\/own\/base:1: .* The tag is a placeholder\./)
  t.match(run.output, "The entry point of image 'small' is not known")
  t.match(run.samTemplate?.Resources['NightlyScheduleLambda']?.Properties, {
    ImageUri: uri,
    ImageConfig: { EntryPoint: ['/lambda-entrypoint.sh'] },
  })
})

t.test('a mistake ends a dry run too', async (t) => {
  const app = await openImageApp()
  t.teardown(() => app.close())
  await app.edit('app.arc', (text) => text.replace('nightly small', 'nightly smal'))
  const run = await app.deploy({ args: ['deploy', '--dry-run', '--no-hydrate'] })
  t.equal(run.exitCode, 1)
  t.match(run.output, "there is no folder docker/smal/. Did you mean 'small'?")
  t.equal(run.samTemplate, undefined)
})
