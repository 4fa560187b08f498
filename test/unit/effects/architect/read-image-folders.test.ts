import { join } from 'node:path'
import t from 'tap'

import { readImageFolders } from '../../../../plugin/effects/architect/read-image-folders.ts'
import { isFile } from '../../../../plugin/effects/folder/is-file.ts'

t.test('the folders of docker/ with what is in them', async (t) => {
  const app = t.testdir({
    docker: {
      'README.md': 'about the images',
      empty: {},
      lancedb: { 'package.json': '{}', 'package-lock.json': '{}', '.DS_Store': '' },
      'not-yet': { Dockerfile: {}, '.dockerignore': '' },
    },
  })
  const { directory, folders } = await readImageFolders(app)
  t.equal(directory, join(app, 'docker'))
  t.strictSame(Object.fromEntries(folders), {
    empty: [],
    lancedb: ['package-lock.json', 'package.json'],
    'not-yet': ['.dockerignore', 'Dockerfile/'],
  })
})

t.test('pnpm locks the packages of an image where the app says so', async (t) => {
  const image = { 'package.json': '{}' }
  const pnpm = { packageManager: 'pnpm@10.34.0' }
  const apps = {
    'its packageManager': [{ 'package.json': JSON.stringify(pnpm), docker: { image } }, true],
    'its lockfile': [{ 'pnpm-lock.yaml': '', 'package.json': '{}', docker: { image } }, true],
    'the image itself': [
      {
        'package.json': '{"packageManager":"npm@11.0.0"}',
        docker: { image: { 'package.json': JSON.stringify(pnpm) } },
      },
      true,
    ],
    'a lockfile of npm': [{ 'package-lock.json': '{}', docker: { image } }, false],
    'another manager': [
      { 'package.json': '{"packageManager":"yarn@4.0.0"}', docker: { image } },
      false,
    ],
    'the lockfile of the image': [
      { 'pnpm-lock.yaml': '', docker: { image: { ...image, 'package-lock.json': '{}' } } },
      false,
    ],
    nothing: [{ '.git': {}, docker: { image } }, false],
  } as const
  for (const [name, [files, expected]] of Object.entries(apps)) {
    const { byPnpm } = await readImageFolders(t.testdir(files))
    t.equal(byPnpm.has('image'), expected, name)
  }
  const root = t.testdir({
    'pnpm-lock.yaml': '',
    '.git': {},
    packages: { web: { docker: { image } } },
  })
  t.ok((await readImageFolders(join(root, 'packages/web'))).byPnpm.has('image'), 'a monorepo')
})

t.test('an app without docker/ has none', async (t) => {
  t.equal((await readImageFolders(t.testdir({}))).folders.size, 0)
})

t.test('a folder is no file', (t) => {
  const app = t.testdir({ 'index.js': '', 'index.ts': {} })
  t.equal(isFile(join(app, 'index.js')), true)
  t.equal(isFile(join(app, 'index.ts')), false)
  t.equal(isFile(join(app, 'nothing')), false)
  t.end()
})
