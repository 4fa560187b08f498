import { createServer } from 'node:net'
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'

import { execa } from 'execa'
import t from 'tap'

import { elfFile } from '../stand-in/inputs/elf-file.ts'
import { baseImageTools, pushBaseImage, pythonBaseImageTools } from './toolchain/base-image.ts'
import { startDockerRegistry } from './toolchain/docker-registry.ts'
import {
  type Deployed,
  type DockerfileDeploy,
  openDockerfileWorld,
  writeTree,
} from './toolchain/dockerfile-world.ts'
import { dockerTools, registryTools, skipWithout } from './toolchain/missing-tools.ts'
import { runImage } from './toolchain/run-image.ts'
import { openWayOut } from './toolchain/way-out.ts'

t.setTimeout(600_000)

const skip = await skipWithout(
  ...dockerTools,
  ...baseImageTools,
  ...pythonBaseImageTools,
  ...registryTools,
)

const copy = 'COPY --from=functions / ${LAMBDA_TASK_ROOT}/\n'
const from = 'FROM public.ecr.aws/lambda/nodejs:24\n'

t.test('images from a Dockerfile', { skip }, async (t) => {
  const world = await openDockerfileWorld()
  t.teardown(() => world.close())
  const { docker, token } = world
  const scratch = await mkdtemp(join(tmpdir(), 'dockerfile-test-'))
  t.teardown(() => rm(scratch, { recursive: true, force: true }))
  const login = async () =>
    docker.docker(['login', '-u', 'AWS', '--password-stdin', host], { input: token })
  const host = '123456789012.dkr.ecr.us-west-2.amazonaws.com'
  const invoke = async (
    { uri, entryPoint, command }: Deployed,
    architecture: 'arm64' | 'x86_64',
    events: readonly unknown[],
  ) => {
    const { invocations, output } = await runImage({
      docker,
      image: uri,
      architecture,
      imageConfig: {
        EntryPoint: [...entryPoint],
        Command: [command],
        WorkingDirectory: '/var/task',
      },
      events,
    })
    return {
      output,
      answers: invocations.map(
        ({ error, payload }) => error ?? JSON.parse(payload.toString() || 'null'),
      ),
    }
  }
  const run = async (built: Deployed, architecture: 'arm64' | 'x86_64', event = {}) => {
    const { answers, output } = await invoke(built, architecture, [event])
    if (answers[0]?.errorType !== undefined) t.comment(output)
    return answers[0]
  }

  await t.test('a RUN step of arm64, a secret, an argument, and a login of its own', async (t) => {
    const options = {
      app: {
        'docker/img/Dockerfile': `${from}ARG MODE
RUN --mount=type=secret,id=key uname -m >/opt/built && cat /run/secrets/key | wc -c >>/opt/built && echo "$MODE" >>/opt/built
${copy}`,
      },
      settings: { secrets: ['id=key,env=LICENSE'], buildArgs: ['MODE'] },
      environment: { LICENSE: 'twenty-two characters.', MODE: 'fast' },
      code: {
        'http/get-index/index.cjs': `exports.handler = async () => ({
          arch: process.arch, built: require('node:fs').readFileSync('/opt/built', 'utf8').split('\\n') })\n`,
      },
    }
    // A keychain that would take the token is never asked for it.
    const config = docker.environment.DOCKER_CONFIG
    await writeFile(join(config, 'config.json'), '{"credsStore":"of-the-user"}')
    const built = await world.deploy(options)
    t.equal(built.outcome, 'builtByDocker')
    t.equal(await readFile(join(config, 'config.json'), 'utf8'), '{"credsStore":"of-the-user"}')
    t.notMatch(built.lines.join('\n'), /twenty-two/)
    await rm(join(config, 'config.json'))
    const again = await world.deploy(options)
    t.match(again, { outcome: 'found', digest: built.digest, lines: [] })
    await login()
    t.strictSame(await run(built, 'arm64'), {
      arch: 'arm64',
      built: ['aarch64', '22', 'fast', ''],
    })
    const history = await docker.docker(['history', '--no-trunc', built.uri])
    t.notMatch(history, /twenty-two/)
  })

  await t.test('a target, an ssh agent, and a cache in the registry', async (t) => {
    // A step with the agent only has to find it: no key is asked for.
    const agent = createServer().listen(join(scratch, 'agent'))
    t.teardown(() => agent.close())
    const cache = `type=registry,ref=${host}/app-cache:build`
    const app = {
      'docker/img/Dockerfile': `${from.trim()} AS tools
RUN --mount=type=ssh test -S "$SSH_AUTH_SOCK" && echo agent >/found
${from.trim()} AS app
COPY --from=tools /found /opt/found
${copy}FROM app AS debug
RUN exit 9
`,
    }
    const options = {
      app,
      settings: {
        target: 'app',
        ssh: ['default'],
        cacheFrom: [cache],
        cacheTo: [`${cache},mode=max,image-manifest=true,oci-mediatypes=true`],
      },
      environment: { SSH_AUTH_SOCK: join(scratch, 'agent') },
      code: {
        'http/get-index/index.cjs':
          "exports.handler = async () => require('node:fs').readFileSync('/opt/found', 'utf8')\n",
      },
    }
    const built = await world.deploy(options)
    t.equal(built.outcome, 'builtByDocker')
    t.equal(await run(built, 'arm64'), 'agent\n')
    const cached = await fetch(`${world.plain.url}/v2/app-cache/manifests/build`, {
      headers: { accept: 'application/vnd.oci.image.manifest.v1+json' },
    })
    t.equal(cached.status, 200, 'the next machine finds the layers of the other stage too')
    await t.rejects(
      world.deploy({ ...options, settings: { ...options.settings, target: 'debug' } }),
      {
        code: 'BUILD_STEP_FAILED',
        message: /RUN exit 9/,
      },
    )
    await t.rejects(
      world.deploy({ ...options, settings: { ...options.settings, target: 'nothing' } }),
      {
        code: 'DOCKERFILE_INVALID',
        message: /nothing/,
      },
    )
  })

  await t.test('a monorepo with pnpm: the context is its root', async (t) => {
    const wayOut = await openWayOut(docker)
    t.teardown(() => wayOut.close())
    const root = join(scratch, 'monorepo')
    const app = join(root, 'apps/api')
    await writeTree(root, {
      'package.json': '{"private":true}',
      'pnpm-workspace.yaml': 'packages:\n  - apps/*\n  - packages/*\n',
      'packages/words/package.json':
        '{"name":"words","version":"1.0.0","main":"index.js","dependencies":{"ms":"2.1.3"}}',
      'packages/words/index.js':
        "module.exports = ['from', 'the', 'workspace', require('ms')(6e4)]\n",
      'apps/api/package.json':
        '{"name":"api","version":"1.0.0","dependencies":{"words":"workspace:*"}}',
      'apps/api/docker/img/Dockerfile': `FROM --platform=$BUILDPLATFORM public.ecr.aws/lambda/nodejs:24 AS dependencies
RUN npm install --global --no-fund --no-audit pnpm@10
WORKDIR /repo
COPY package.json pnpm-workspace.yaml pnpm-lock.yaml ./
COPY packages packages
COPY apps/api/package.json apps/api/package.json
RUN CI=true pnpm --filter=api --prod --frozen-lockfile --config.node-linker=hoisted --config.inject-workspace-packages=true deploy /deployed
FROM public.ecr.aws/lambda/nodejs:24
COPY --from=dependencies /deployed/node_modules \${LAMBDA_TASK_ROOT}/node_modules
${copy}`,
      'apps/api/docker/img/Dockerfile.dockerignore': '**/node_modules\n**/*.md\n',
    })
    const lock = ['install', '--lockfile-only', '--config.inject-workspace-packages=true']
    await execa('npx', ['--yes', 'pnpm@10', ...lock], { cwd: root })
    const options = {
      app,
      settings: { context: '../..' },
      code: {
        'http/get-index/index.cjs': "exports.handler = async () => require('words').join(' ')\n",
      },
    }
    const built = await world.deploy(options)
    t.equal(await run(built, 'arm64'), 'from the workspace 1m')
    await writeFile(join(root, 'README.md'), 'Docker does not see this')
    t.equal((await world.deploy(options)).outcome, 'found')
    await writeFile(join(root, 'packages/words/index.js'), "module.exports = ['changed']\n")
    t.equal(await run(await world.deploy(options), 'arm64'), 'changed')
  })

  await t.test("a Python function with packages, run by AWS's runtime client", async (t) => {
    const wayOut = await openWayOut(docker)
    t.teardown(() => wayOut.close())
    const app = join(scratch, 'python')
    await writeTree(app, {
      'docker/img/Dockerfile': `FROM --platform=$BUILDPLATFORM ${world.pythonBase} AS packages
COPY requirements.txt .
RUN pip install --target /packages --platform manylinux2014_aarch64 --only-binary :all: --requirement requirements.txt
FROM ${world.pythonBase}
COPY --from=packages /packages \${LAMBDA_TASK_ROOT}/
${copy}`,
      // One of Python alone, one with native code.
      'docker/img/requirements.txt': 'six==1.17.0\nMarkupSafe==3.0.3\n',
      'src/http/get-index/index.py': `import os, platform
import six
from markupsafe import _speedups
from greeting import words

def handler(event, context):
    if 'fail' in event:
        raise LookupError(event['fail'])
    return {
        'says': words + event['name'],
        'function': context.function_name,
        'machine': platform.machine(),
        'six': six.__version__,
        'native': _speedups.__file__.startswith('/var/task/markupsafe/_speedups.cpython-'),
        'compiled': os.path.exists('/var/task/http/get-index/__pycache__'),
    }
`,
      'src/http/get-index/greeting.py': "words = 'hello '\n",
      'src/http/get-index/__pycache__/greeting.cpython-311.pyc': 'old',
    })
    const built = await world.deploy({ app, python: 'src/http/get-index' })
    t.equal(built.command, 'arc_functions/http-get-index.handler')
    await login()
    const events = [{ name: 'Ada' }, { fail: 'no such thing' }, { name: 'Grace' }]
    const { answers, output } = await invoke(built, 'arm64', events)
    const answer = {
      function: 'function',
      machine: 'aarch64',
      six: '1.17.0',
      native: true,
      compiled: false,
    }
    t.match(answers[1], {
      phase: 'invoke',
      errorType: 'LookupError',
      errorMessage: 'no such thing',
    })
    t.strictSame(answers.toSpliced(1, 1), [
      { says: 'hello Ada', ...answer },
      { says: 'hello Grace', ...answer },
    ])
    t.match(output, /LookupError: no such thing/, 'the error is in the log')

    // What one would write without the plugin is looked for in Python's own package `http`.
    const direct = await invoke({ ...built, command: 'http/get-index/index.handler' }, 'arm64', [
      events[0],
    ])
    t.match(direct.answers[0], {
      phase: 'init',
      errorType: 'Runtime.ImportModuleError',
      errorMessage: /'http\/get-index\/index': No module named 'http\.get-index'/,
    })
  })

  await t.test("a context of the user's, which his docker config alone knows", async (t) => {
    const endpoint = `host=${docker.environment.DOCKER_HOST}`
    await docker.docker(['context', 'create', 'mill', '--docker', endpoint])
    t.teardown(() => docker.docker(['context', 'rm', 'mill']))
    const app = { 'docker/img/Dockerfile': `${from}ENV c=1\n${copy}` }
    const environment = { DOCKER_HOST: '', DOCKER_CONTEXT: 'mill' }
    const built = await world.deploy({ app, environment })
    t.equal(built.outcome, 'builtByDocker')
    t.match(built.lines.join('\n'), 'building with "mill" instance')
    const other = { 'docker/img/Dockerfile': `${from}ENV c=2\n${copy}` }
    await t.rejects(world.deploy({ app: other, settings: { buildxBuilder: 'mill' } }), {
      code: 'BUILDX_BUILDER_MISSING',
      message: /DOCKER_CONTEXT=NAME/,
    })
  })

  await t.test("a base that takes a login: docker's own", async (t) => {
    const registry = await startDockerRegistry()
    t.teardown(() => registry.close())
    const name = await pushBaseImage(registry)
    const app = { 'docker/img/Dockerfile': `FROM ${name}\n${copy}` }
    await t.rejects(world.deploy({ app }), { code: 'REGISTRY_DENIED' })
    const asUser = ['login', '-u', registry.username, '--password-stdin', registry.host]
    await docker.docker(asUser, { input: registry.password })
    t.match(await world.deploy({ app }), { outcome: 'builtByDocker' })
  })

  const refused: Readonly<
    Record<string, readonly [DockerfileDeploy, { code: string; message?: RegExp }]>
  > = {
    'a failing RUN': [
      {
        app: {
          'docker/img/Dockerfile': `${from}RUN echo so far && echo no good >&2 && exit 7\n${copy}`,
        },
      },
      {
        code: 'BUILD_STEP_FAILED',
        message: /RUN echo so far[^]*\n {2}\S+ no good\n[^]*exit code: 7$/,
      },
    ],
    'a file that is not in the context': [
      { app: { 'docker/img/Dockerfile': `${from}COPY nothing /\n${copy}` } },
      { code: 'BUILD_FAILED', message: /"\/nothing": not found/ },
    ],
    'a file that the rules leave out': [
      {
        app: {
          'docker/img/Dockerfile': `${from}COPY hidden /\n${copy}`,
          'docker/img/hidden': '',
          'docker/img/.dockerignore': 'hidden\n',
        },
      },
      { code: 'BUILD_FAILED', message: /"\/hidden": not found/ },
    ],
    'an instruction that there is not': [
      { app: { 'docker/img/Dockerfile': `${from}COPPY x /\n${copy}` } },
      { code: 'BUILD_FAILED', message: /unknown instruction: COPPY/ },
    ],
    'a base that nobody has': [
      { app: { 'docker/img/Dockerfile': `FROM public.ecr.aws/lambda/nothing:1\n${copy}` } },
      {
        code: 'BASE_MISSING',
        message: /^docker\/img\/Dockerfile:1: public\.ecr\.aws\/lambda\/nothing:1 is not there/,
      },
    ],
    'a base that Docker cannot get': [
      { app: { 'docker/img/Dockerfile': `FROM public.ecr.aws/only/ours:1\n${copy}` } },
      {
        code: 'BASE_MISSING',
        message: /failed to resolve source metadata for public\.ecr\.aws\/only\/ours/,
      },
    ],
    'a program of another kind': [
      {
        app: { 'docker/img/Dockerfile': `${from}COPY program /program\nRUN ["/program"]\n${copy}` },
      },
      { code: 'BUILDX_PLATFORM_UNSUPPORTED', message: /exec format error/ },
    ],
    'no room': [
      {
        app: {
          'docker/img/Dockerfile': `${from}RUN --mount=type=tmpfs,target=/small,size=4096 head -c 100000 /dev/zero >/small/x\n${copy}`,
        },
      },
      { code: 'DOCKER_DISK_FULL', message: /docker buildx prune[^]*No space left on device/ },
    ],
    'no daemon': [
      {
        app: { 'docker/img/Dockerfile': from + copy },
        environment: { DOCKER_HOST: 'unix:///nowhere' },
      },
      { code: 'DOCKER_NOT_RUNNING', message: /unix:\/\/\/nowhere/ },
    ],
    'no such builder': [
      { app: { 'docker/img/Dockerfile': from + copy }, settings: { buildxBuilder: 'farm' } },
      { code: 'BUILDX_BUILDER_MISSING', message: /no builder "farm" found/ },
    ],
    'a token that is not taken': [
      { app: { 'docker/img/Dockerfile': `${from}ENV a=1\n${copy}` }, password: 'wrong' },
      { code: 'REGISTRY_DENIED', message: /ecr:PutImage/ },
    ],
    'another architecture': [
      {
        app: {
          'docker/img/Dockerfile': from.replace('FROM', 'FROM --platform=linux/amd64') + copy,
        },
      },
      {
        code: 'DOCKERFILE_INVALID',
        message: /for linux\/amd64, and its functions run on linux\/arm64/,
      },
    ],
    'no entry point': [
      { app: { 'docker/img/Dockerfile': `FROM scratch\nCOPY --from=functions / /var/task/\n` } },
      { code: 'IMAGE_ENTRY_POINT_MISSING', message: /Let docker\/img\/Dockerfile start from/ },
    ],
    'a handler in another place': [
      { app: { 'docker/img/Dockerfile': `${from}COPY --from=functions / /opt/\n` } },
      {
        code: 'IMAGE_HANDLER_MISSING',
        message: /COPY --from=functions \/ \$\{LAMBDA_TASK_ROOT\}\//,
      },
    ],
    'a handler that a later step removes': [
      { app: { 'docker/img/Dockerfile': `${from}${copy}RUN rm -r \${LAMBDA_TASK_ROOT}/http\n` } },
      { code: 'IMAGE_HANDLER_MISSING' },
    ],
  }
  await t.test('what does not become an image for Lambda', async (t) => {
    await execa('skopeo', [
      '--insecure-policy',
      'copy',
      '--quiet',
      '--all',
      '--src-tls-verify=false',
      '--dest-tls-verify=false',
      `docker://${world.bases.host}/lambda/nodejs:24`,
      `docker://${world.bases.host}/only/ours:1`,
    ])
    for (const [name, [options, expected]] of Object.entries(refused)) {
      if (name === 'a program of another kind' && typeof options.app !== 'string') {
        const app = join(scratch, 'foreign')
        await mkdir(join(app, 'docker/img'), { recursive: true })
        await writeFile(
          join(app, 'docker/img/Dockerfile'),
          options.app['docker/img/Dockerfile'] ?? '',
        )
        const program = elfFile({ machine: 'arm64', versions: [] })
        // 22: IBM S/390, which nothing here runs.
        program.writeUInt16LE(22, 18)
        await writeFile(join(app, 'docker/img/program'), program, { mode: 0o755 })
        await t.rejects(world.deploy({ ...options, app }), expected, name)
      } else await t.rejects(world.deploy(options), expected, name)
    }
  })

  await t.test('a docker without buildx, and none', async (t) => {
    const bin = join(scratch, 'bin')
    await mkdir(bin)
    const { stdout: program } = await execa('sh', ['-c', 'command -v docker'])
    const hide = [
      '/usr/libexec/docker',
      '/usr/lib/docker',
      '/usr/local/lib/docker',
      '/usr/local/libexec/docker',
    ]
      .map((folder) => `if [ -d ${folder} ]; then mount -t tmpfs tmpfs ${folder}; fi`)
      .join('\n')
    await writeFile(
      join(bin, 'docker'),
      `#!/bin/sh\nexec unshare --mount sh -c '${hide}\nexec ${program} "$@"' sh "$@"\n`,
    )
    await chmod(join(bin, 'docker'), 0o755)
    const app = {
      'docker/img/Dockerfile': `${from}ENV b=1\n${copy}`,
      'docker/img/package.json': '{}',
    }
    const path = [bin, process.env['PATH'] ?? ''].join(delimiter)
    await t.rejects(world.deploy({ app, environment: { PATH: path } }), {
      code: 'BUILDX_MISSING',
      message: /'builder embedded' under 'img'/,
    })
    await t.rejects(world.deploy({ app, environment: { PATH: join(scratch, 'nothing') } }), {
      code: 'DOCKER_MISSING',
    })
  })
})
