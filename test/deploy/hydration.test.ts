import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

import t from 'tap'

import { openImageApp } from '../stand-in/inputs/image-app.ts'

/** Stands in for npm: writes down where it is called and how, and installs `dep`. */
const npm = `#!/bin/sh
echo "$PWD $*" >> "$NPM_JOURNAL"
mkdir -p node_modules/dep
echo '{"name":"dep","version":"1.0.0"}' > node_modules/dep/package.json
echo 'module.exports = 1' > node_modules/dep/index.js
`

t.test('packages are installed for zips that are used, and for bundles', async (t) => {
  const app = await openImageApp()
  t.teardown(() => app.close())
  const tools = t.testdir()
  const journal = join(tools, 'journal')
  await writeFile(join(tools, 'npm'), npm)
  await chmod(join(tools, 'npm'), 0o755)
  const [zip, image] = ['src/http/get-index', 'src/http/get-greet-000name']
  for (const folder of [zip, image])
    await app.write(`${folder}/package.json`, '{"dependencies":{"dep":"1.0.0"}}')
  await app.edit('app.arc', (text) => text.replace('@http\n', '@shared\n\n@http\n'))
  await mkdir(join(app.directory, 'src/shared'))
  await app.write('src/shared/note.txt', 'note')

  const PATH = `${tools}:${process.env['PATH']}`
  const environment = { PATH, NPM_JOURNAL: journal }
  const run = await app.deploy({ args: ['deploy', '--dry-run'], environment })
  t.equal(run.exitCode, 0, run.output)
  const calls = (await readFile(journal, 'utf8'))
    .replaceAll(/\S*\/app\//g, '')
    .trim()
    .split('\n')
  t.strictSame(calls, [
    // Before the bundling, for the function's own platform.
    `${image} i --omit=dev --os linux --cpu arm64`,
    // After it, as without this plugin.
    `${zip} i --omit=dev`,
  ])
  for (const folder of [zip, image])
    t.equal(await app.read(`${folder}/node_modules/@architect/shared/note.txt`), 'note')
})
