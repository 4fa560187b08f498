import t from 'tap'

import { type ImageApp, type ImageAppOptions, openImageApp } from '../stand-in/inputs/image-app.ts'

// Each has an app of its own.
t.setTimeout(120_000)
t.jobs = 4

interface Mistake extends ImageAppOptions {
  readonly make: (app: ImageApp) => unknown
  /** In what is printed, besides the code. */
  readonly says: readonly (string | RegExp)[]
  readonly environment?: Readonly<Record<string, string>>
  /** What may be asked of ECR before the mistake shows; nothing by default. */
  readonly ecr?: readonly string[]
}

const line = (from: string, to: string) => (app: ImageApp) =>
  app.edit('app.arc', (text) => text.replace(from, to))

const plugin = (name: string, source: string) => async (app: ImageApp) => {
  await app.write(`${name}.mjs`, source)
  await app.edit('app.arc', (text) =>
    text.replace('  src plugin/index.ts\n', `  src plugin/index.ts\n${name}\n  src ${name}.mjs\n`),
  )
}

const handler = 'src/http/get-greet-000name/index.mjs'

const mistakes: Readonly<Record<string, Mistake>> = {
  'PRAGMA_FUNCTION_UNKNOWN: an unknown route': {
    make: line('get /greet/:name small', 'get /great/:name small'),
    says: [
      "app.arc:22: '@container-images get /great/:name small'",
      "Did you mean 'get /greet/:name'",
    ],
  },
  'SETUP_INVALID: a missing docker folder, and two more mistakes': {
    make: line('scheduled nightly small', 'scheduled nightly smal\nscheduled nigthly small extra'),
    says: [
      'SETUP_INVALID: 2 mistakes:\n- PRAGMA_LINE_INVALID: app.arc:24: ',
      /IMAGE_FOLDER_MISSING: app\.arc:23: .*docker\/smal/,
      'nigthly',
      /extra/,
    ],
  },
  'SETTING_UNKNOWN: an unknown setting': {
    make: line('define GREETING', 'define GREETING\nrepositori x'),
    says: ["Did you mean 'repository'"],
  },
  'GLOBALS_UNFIT: Globals that image functions cannot have': {
    make: plugin(
      'globals',
      `export default { deploy: { start ({ cloudformation }) {
        return { ...cloudformation, Globals: { Function: { Layers: ['arn:one'] } } }
      } } }`,
    ),
    says: ['Globals.Function.Layers'],
  },
  'SETUP_INVALID: a plugin whose layer and variables the images would lack': {
    make: async (app) => {
      const everywhere = `export default { deploy: { start ({ cloudformation }) {
        for (const { Type, Properties } of Object.values(cloudformation.Resources)) {
          if (Type !== 'AWS::Serverless::Function') continue
          Properties.Layers = ['arn:aws:lambda:us-west-2:123456789012:layer:otel:1']
          Object.assign(Properties.Environment.Variables, {
            AWS_LAMBDA_EXEC_WRAPPER: '/opt/otel-handler',
            NODE_OPTIONS: '--require /var/task/tracing.js',
          })
        }
      } } }`
      await plugin('otel', everywhere)(app)
      await app.edit('app.arc', (text) => text.replace('define GREETING', 'layers drop'))
    },
    says: [
      "'get /greet/:name', 'scheduled nightly': AWS_LAMBDA_EXEC_WRAPPER (set by plugin 'otel') asks for '/opt/otel-handler'",
      "'layers drop' leaves out what the function's layers hold",
      "NODE_OPTIONS (set by plugin 'otel') asks for '--require /var/task/tracing.js'",
    ],
  },
  'BUNDLE_FAILED: code that does not parse': {
    make: (app) => app.write(handler, 'export async function handler() {\n  return {{\n}\n'),
    says: [/index\.mjs:2:\d+/, 'return {{', '╵'],
  },
  'HANDLER_MISSING: a handler that is not exported': {
    make: (app) => app.edit(handler, (text) => text.replace('export async', 'async')),
    says: ['handler'],
  },
  'SEVERAL_FAILED: what image and base lack, and what no bundle can hold': {
    make: async (app) => {
      await app.mkdir('node_modules/native')
      await app.write('node_modules/native/package.json', '{"name":"native","version":"1.0.0"}')
      await app.write('node_modules/native/binding.gyp', '{}')
      await app.write('node_modules/native/index.js', 'exports.load = (name) => require(name)')
      await app.edit(handler, (text) => `import 'aws-sdk'\nimport 'native'\n${text}`)
    },
    says: [
      /MODULE_MISSING: .*index\.mjs loads 'aws-sdk'.*put aws-sdk into docker\/small\/package\.json/,
      /BUNDLED_PACKAGE_UNFIT: .*native@1\.0\.0, which has native files \(binding\.gyp\)/,
    ],
  },
  'DEFINE_LOOKS_SECRET: a secret in define': {
    make: line('define GREETING', 'define GREETING API_TOKEN'),
    environment: { API_TOKEN: 's3cr3t-value' },
    says: ["'API_TOKEN' looks like a secret", 'define-secret'],
  },
  'SETUP_INVALID: whatever reading shows, at once': {
    make: async (app) => {
      await app.edit('app.arc', (text) =>
        text
          .replace('define GREETING', 'define GREETING constructor')
          .replace('@http', '@typescript\nesbuild-config esbuild.cjs\n\n@http')
          .replace('scheduled nightly small', 'scheduled nightly own')
          .concat('own\n  build-arg MODE\n'),
      )
      await app.write(
        'esbuild.cjs',
        `module.exports = Object.assign(() => {}, { define: { 'process.env.MY_TOKEN': '"x"' } })`,
      )
      await app.write('docker/small/package.json', '{')
      await app.mkdir('docker/own')
      await app.write('docker/own/Dockerfile', 'FROM public.ecr.aws/lambda/nodejs:24\n')
    },
    says: [
      /DEPENDENCIES_INVALID: .*docker\/small\/package\.json is not JSON/,
      /BUILD_VALUE_MISSING: .*own/,
      "DEFINE_LOOKS_SECRET: esbuild-config puts 'MY_TOKEN' into the code",
      "'constructor' has no value, neither in the stage's template nor in the shell",
    ],
  },
  'DEFINE_VALUE_MISSING: no value at deploy time': {
    make: line('define GREETING', 'define GREETING NOWHERE_SET'),
    says: ["'NOWHERE_SET' has no value"],
  },
  'BASE_PLATFORM_MISSING: a base for another architecture': {
    base: { architectures: ['amd64'] },
    make: () => {},
    says: ['offers linux/amd64, not linux/arm64'],
  },
  'BASE_MISSING: a base that is not there': {
    make: (app) =>
      app.edit('app.arc', (text) => `${text}small\n  base public.ecr.aws/lambda/nodejs:42\n`),
    says: [/BASE_MISSING: app\.arc:\d+: .*public\.ecr\.aws\/lambda\/nodejs:42/],
  },
  'CACHE_UNWRITABLE: a cache that is no folder': {
    make: () => {},
    environment: { ARC_CONTAINER_IMAGES_CACHE: import.meta.filename },
    says: ['mistakes.test.ts cannot be written', 'ARC_CONTAINER_IMAGES_CACHE'],
  },
  'AWS_CREDENTIALS_REFUSED: by ECR': {
    make: ({ aws }) =>
      aws.refuse({ service: 'ecr', action: 'DescribeRepositories', fault: 'UnknownAccessKey' }),
    says: ['ecr:DescribeRepositories', 'Renew them or name another profile'],
  },
  'AWS_DENIED: the repository may not be made': {
    make: ({ aws }) =>
      aws.refuse({ service: 'ecr', action: 'CreateRepository', fault: 'AccessDenied' }),
    says: [
      "Allow ecr:CreateRepository on repository 'greeter-lambda-images' for the deploying role",
    ],
    ecr: ['ecr:CreateRepository'],
  },
  'REGISTRY_DENIED: the registry says no': {
    make: ({ aws }) =>
      aws.registry.inject({
        kind: 'status',
        status: 403,
        code: 'DENIED',
        times: 100,
        match: { method: 'POST' },
      }),
    says: ['403 DENIED', 'on ECR it is ecr:InitiateLayerUpload', 'greeter-lambda-images'],
    ecr: ['ecr:CreateRepository', 'ecr:SetRepositoryPolicy', 'ecr:PutLifecyclePolicy'],
  },
}

for (const [name, { make, says, environment, ecr = [], ...options }] of Object.entries(mistakes)) {
  t.test(name, { buffered: true }, async (t) => {
    const app = await openImageApp(options)
    t.teardown(() => app.close())
    await make(app)
    const before = await app.files()

    const run = await app.deploy(environment === undefined ? {} : { environment })
    t.equal(run.exitCode, 1, run.output)
    const [code = ''] = name.split(':')
    t.equal(run.output.split(code).length - 1, 1, 'the error is printed once')
    for (const words of says) t.match(run.output, words)
    t.notMatch(run.output, /^\s+at .*[:(]\d+/m, 'no stack trace')
    t.notMatch(run.output, 's3cr3t-value')
    t.strictSame(await app.files(), before, 'no file was written')
    // Reading goes on beside the bundling; nothing is made or changed.
    const changes = run.calls.filter((call) => /^ecr:(?!Describe|Get|List)/.test(call))
    t.strictSame(changes, ecr)
    t.strictSame(app.aws.state.stacks, [])
    t.strictSame(await app.tags(), [])
  })
}
