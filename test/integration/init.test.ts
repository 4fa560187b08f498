import { mkdir, readdir, rm, symlink, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import t from 'tap'

import { runArcImages } from '../stand-in/harness/arc-images.ts'
import { type ImageApp, openImageApp } from '../stand-in/inputs/image-app.ts'
import { startFunction } from '../stand-in/lambda/start-function.ts'
import { unpackDeployed } from '../stand-in/assertions/unpack-deployed.ts'
import { startNpmRegistry } from '../stand-in/registry/npm-registry.ts'

const root = resolve(import.meta.dirname, '../..')

/** The plugin as an app has it that installed it, under its own name. */
async function installPlugin({ directory }: ImageApp): Promise<void> {
  const packages = join(directory, 'node_modules')
  await rm(packages)
  await mkdir(join(packages, 'arc-plugin-container-images'), { recursive: true })
  for (const name of await readdir(join(root, 'node_modules')))
    if (!name.startsWith('.')) await symlink(join(root, 'node_modules', name), join(packages, name))
  const plugin = join(packages, 'arc-plugin-container-images')
  const manifest = { name: 'arc-plugin-container-images', type: 'module', exports: './index.js' }
  await writeFile(join(plugin, 'package.json'), JSON.stringify(manifest))
  const index = join(root, 'plugin/index.ts')
  await writeFile(join(plugin, 'index.js'), `export { default } from ${JSON.stringify(index)}\n`)
}

/** What the deployed function answers to an event, started from the image that was pushed. */
async function answerOf(app: ImageApp, directory: string): Promise<unknown> {
  const lambda = app.aws.stack('FreshStaging')?.deployment.functions['GetIndexHTTPLambda']
  await unpackDeployed(app.aws, lambda?.resolvedImageUri ?? '', directory)
  const running = await startFunction({
    root: directory,
    entryPoint: ['/lambda-entrypoint.sh'],
    command: ['http/get-index/index.handler'],
    workingDirectory: '/var/task',
  })
  const { payload } = await running.invoke({})
  await running.stop()
  return JSON.parse(payload.toString()).body
}

const manifest = `@app
fresh

# What it answers.
@http
get /

@static
false

@aws
runtime nodejs24.x

@images
start-check off
`

t.test('init and deploy: the function is in an image, and has its package', async (t) => {
  const npm = await startNpmRegistry(
    ['1.0.0', '1.2.0'].map((version) => ({
      manifest: { name: 'tiny', version, main: 'index.js' },
      files: { 'index.js': `module.exports = 'tiny ${version}'\n` },
    })),
  )
  const app = await openImageApp()
  t.teardown(() => Promise.all([app.close(), npm.close()]))
  await installPlugin(app)
  await app.write('app.arc', manifest)
  await app.write(
    'src/http/get-index/index.mjs',
    `import tiny from 'tiny'\nexport const handler = async () => ({ statusCode: 200, body: tiny })\n`,
  )
  await app.write('package.json', '{ "dependencies": { "tiny": "1.0.0" } }\n')
  const environment = { npm_config_registry: npm.url }
  const init = (...args: readonly string[]) => runArcImages(app, ['init', ...args], environment)

  const before = await app.files()
  const look = await init('get /', 'tiny', '--dry-run')
  t.equal(look.exitCode, 0, look.stderr)
  t.match(look.stdout, /^docker\/tiny\/package.json \(new\)\n {2}\+ \{\n.*\n.*"tiny": "1\.0\.0"/)
  t.match(look.stdout, 'app.arc:16\n    start-check off\n  +\n  + @plugins')
  const silent = await init('get /', 'tiny')
  t.match(silent, { exitCode: 1, stderr: /Nothing was written.*--yes/ })
  t.strictSame(await app.files(), before, 'nothing is written unless it is asked for')

  const written = await init('get /', 'tiny', '--yes')
  t.equal(written.exitCode, 0, written.stderr)
  t.equal(
    await app.read('app.arc'),
    `${manifest}\n@plugins\narc-plugin-container-images\n\n@container-images\nget / tiny\n`,
  )
  const after = await app.files()
  t.strictSame(JSON.parse(after['docker/tiny/package.json'] ?? ''), {
    dependencies: { tiny: '1.0.0' },
  })
  t.match(JSON.parse(after['docker/tiny/package-lock.json'] ?? ''), { name: 'tiny' })
  const again = await init('get /', 'tiny', '--yes')
  t.match(again, { exitCode: 0, stdout: 'Nothing to do: the function is in image tiny.' })
  t.strictSame(await app.files(), after, 'nothing twice')
  t.match(await init('gte /', 'tiny'), { exitCode: 2, stderr: /Did you mean 'get \/'\?/ })
  t.match(await init('get /', 'other', 'tiny'), {
    exitCode: 2,
    stderr:
      /^COMMAND_INVALID: app\.arc:21: '@container-images get \/ tiny' has put the function into another image/,
  })

  const run = await app.deploy({ environment })
  t.equal(run.exitCode, 0, run.output)
  t.match(app.resources()['GetIndexHTTPLambda']?.Properties, { PackageType: 'Image' })
  t.equal(await answerOf(app, t.testdir()), 'tiny 1.0.0')
  t.match(run.output, /✓ Images tiny \(arm64\): base .*, dependencies \d+ B sent/)
})
