/** Dockerfiles as `arc-images dockerfile` prints them, built and run: packages that are compiled. */
import t from 'tap'

import { runArcImages } from '../stand-in/harness/arc-images.ts'
import { networkEnvironment } from '../stand-in/harness/network-environment.ts'
import { openImageApp } from '../stand-in/inputs/image-app.ts'
import { baseImageTools, pythonBaseImageTools } from './toolchain/base-image.ts'
import { serveCompilers } from './toolchain/compilers.ts'
import { openDockerfileWorld, writeTree } from './toolchain/dockerfile-world.ts'
import { dockerTools, registryTools, skipWithout } from './toolchain/missing-tools.ts'
import { runImage } from './toolchain/run-image.ts'
import { openWayOut } from './toolchain/way-out.ts'

// Compilers are fetched, and bases made.
t.setTimeout(900_000)

const skip = await skipWithout(
  ...dockerTools,
  ...baseImageTools,
  ...pythonBaseImageTools,
  ...registryTools,
)
const architecture = process.arch === 'arm64' ? 'arm64' : 'x86_64'

/** What a function does with the package; it has to be true. */
const packages = {
  // By node-gyp alone.
  'fs-ext': {
    range: '^2.1.1',
    use: "require('fs-ext').statVFS('/').f_bsize > 0",
  },
  // By node-pre-gyp, which looks for a prebuilt file first.
  bcrypt: {
    range: '^5.1.1',
    use: "require('bcrypt').compareSync('green tea', require('bcrypt').hashSync('green tea', 4))",
  },
}

t.test('a printed Dockerfile', { skip }, async (t) => {
  const world = await openDockerfileWorld()
  t.teardown(() => world.close())
  const { docker, token } = world
  const wayOut = await openWayOut(docker)
  t.teardown(() => wayOut.close())
  const compilers = await serveCompilers(docker)
  t.teardown(() => compilers.close())

  for (const [name, { range, use }] of Object.entries(packages)) {
    await t.test(`compiles ${name}, which the function uses`, async (t) => {
      const app = await openImageApp()
      t.teardown(() => app.close())
      await writeTree(app.directory, {
        'app.arc': `@app\ngreeter\n\n@aws\nruntime nodejs24.x\narchitecture ${architecture}\n\n@http\nget /\n\n@container-images\nget / img\n`,
        'docker/img/package.json': JSON.stringify({
          private: true,
          dependencies: { [name]: range },
        }),
      })
      const printed = await runArcImages(app, ['dockerfile', 'img'], networkEnvironment())
      t.equal(printed.exitCode, 0, printed.stderr)
      await writeTree(app.directory, { 'docker/img/Dockerfile': printed.stdout })

      const built = await world.deploy({
        app: app.directory,
        architecture,
        settings: { buildArgs: ['TOOLCHAIN'] },
        environment: { TOOLCHAIN: compilers.command },
        code: { 'http/get-index/index.cjs': `exports.handler = async () => ${use}\n` },
      })
      const host = '123456789012.dkr.ecr.us-west-2.amazonaws.com'
      await docker.docker(['login', '-u', 'AWS', '--password-stdin', host], { input: token })
      const { invocations, output } = await runImage({
        docker,
        image: built.uri,
        architecture,
        imageConfig: {
          EntryPoint: [...built.entryPoint],
          Command: [built.command],
          WorkingDirectory: '/var/task',
        },
        events: [{}],
      })
      const [invocation] = invocations
      t.equal(invocation?.error, undefined, output)
      t.equal(invocation?.payload.toString(), 'true')
    })
  }
})
