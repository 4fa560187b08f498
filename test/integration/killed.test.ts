import { mkdir, readdir, rm, stat, truncate, utimes, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import t from 'tap'

import { expectDeployed } from '../stand-in/assertions/expect-deployed.ts'
import { openImageApp } from '../stand-in/inputs/image-app.ts'
import { firstDeploySteps } from './fault-matrix/kill-steps.ts'

// Each has an app and a cache of its own.
t.setTimeout(120_000)
t.jobs = 2

for (const [name, killAt] of Object.entries(firstDeploySteps)) {
  t.test(`killed when ${name}, the next deploy ends right`, { buffered: true }, async (t) => {
    const app = await openImageApp()
    t.teardown(() => app.close())
    const temporary = t.testdir()
    const environment = { NODE_DEBUG: 'container-images', TMPDIR: temporary }
    const killed = await app.deploy({ killAt, environment })
    t.ok(killed.killed, killed.output)
    t.not(killed.exitCode, 0)
    if (name !== 'stack starts') t.strictSame(app.aws.state.stacks, [])

    const next = await app.deploy({ environment })
    t.equal(next.exitCode, 0, next.output)
    await expectDeployed(t, app)
    t.strictSame(await left(app.cache), [], 'what the killed one left is gone, and nothing is new')

    const last = await app.deploy({ environment })
    t.equal(last.exitCode, 0, last.output)
    t.strictSame(last.sent, [])
    // npm's Node keeps its compiled code there, and knows how to share it.
    const others = (await readdir(temporary)).filter((file) => file !== 'node-compile-cache')
    t.strictSame(others, [], 'nothing in the folder for temporary files')
  })
}

t.test('two deploys of one app at the same time', { buffered: true }, async (t) => {
  const app = await openImageApp({ aws: { pollsUntilSettled: 1 } })
  t.teardown(() => app.close())
  const first = await app.deploy()
  t.equal(first.exitCode, 0, first.output)
  await app.edit('src/scheduled/nightly/index.mjs', (text) => text.replace('nightly', 'changed'))

  const own = { environment: { ARC_CONTAINER_IMAGES_CACHE: t.testdir() } }
  const both = await Promise.all([app.deploy(), app.deploy(own), app.deploy()])
  t.ok(
    both.some(({ exitCode }) => exitCode === 0),
    both.map(({ output }) => output).join('\n'),
  )
  for (const { exitCode, output } of both) {
    // CloudFormation itself takes one update at a time; our part never is in the way.
    if (exitCode !== 0) t.match(output, /state and can not be updated/)
    t.match(output, /✓ Images small \(arm64\): /)
  }
  const tags = await app.tags()
  t.equal(tags.filter((tag) => tag.startsWith('small-')).length, 2)
  t.strictSame(await left(app.cache), [])

  const last = await app.deploy()
  t.equal(last.exitCode, 0, last.output)
  t.strictSame(last.sent, [])
})

t.test('two first deploys at the same time', { buffered: true }, async (t) => {
  const app = await openImageApp()
  t.teardown(() => app.close())
  const own = { environment: { ARC_CONTAINER_IMAGES_CACHE: t.testdir() } }
  const both = await Promise.all([app.deploy(), app.deploy(own)])
  for (const { output } of both) t.match(output, /✓ Images small \(arm64\): /)
  const last = await app.deploy()
  t.equal(last.exitCode, 0, last.output)
  t.strictSame(last.sent, [])
  await expectDeployed(t, app)
})

/** What may have happened to the files of a cache between two deploys. */
const damages: Readonly<Record<string, (file: string) => Promise<void>>> = {
  'cut short': (file) => truncate(file, 1),
  'overwritten with as many other bytes': async (file) =>
    writeFile(file, Buffer.alloc((await stat(file)).size, 'x')),
  deleted: (file) => rm(file),
}

for (const [name, damage] of Object.entries(damages)) {
  t.test(`every file of the cache ${name}`, { buffered: true }, async (t) => {
    const app = await openImageApp()
    t.teardown(() => app.close())
    const first = await app.deploy()
    t.equal(first.exitCode, 0, first.output)
    const entries = await readdir(app.cache, { recursive: true, withFileTypes: true })
    const files = entries.filter((entry) => entry.isFile())
    t.ok(files.length > 5)
    for (const file of files) await damage(join(file.parentPath, file.name))
    // Without its tags the images have to be made again.
    const repository = 'greeter-lambda-images'
    for (const tag of await app.tags()) await app.aws.registry.removeTag(repository, tag)

    const run = await app.deploy()
    t.equal(run.exitCode, 0, run.output)
    await expectDeployed(t, app)
  })
}

t.test('what a killed deploy left unfinished is removed later', { buffered: true }, async (t) => {
  const app = await openImageApp()
  t.teardown(() => app.close())
  const days = new Date(Date.now() - 40 * 24 * 60 * 60 * 1000)
  // A folder of packages, a layer, and a small file with its final name to come.
  for (const name of ['temporary/1-folder/node_modules', 'temporary/2-layer', 'sha256/.3-small']) {
    const path = join(app.cache, name)
    await mkdir(path, { recursive: true })
    await utimes(name.includes('1-') ? dirname(path) : path, days, days)
  }
  const run = await app.deploy()
  t.equal(run.exitCode, 0, run.output)
  t.strictSame(await left(app.cache), [])
  t.notMatch((await readdir(join(app.cache, 'sha256'))).join(), '.3-small')
})

async function left(cache: string): Promise<string[]> {
  const names = await readdir(join(cache, 'temporary')).catch(() => [])
  return names.toSorted()
}
