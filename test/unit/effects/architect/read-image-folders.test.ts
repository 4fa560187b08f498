import { join } from 'node:path'
import t from 'tap'

import { readImageFolders } from '../../../../plugin/effects/architect/read-image-folders.ts'
import { isFile } from '../../../../plugin/effects/architect/is-file.ts'

t.test('the folders of docker/ with what is in them', async (t) => {
  const app = t.testdir({
    docker: {
      'README.md': 'about the images',
      empty: {},
      lancedb: { 'package.json': '{}', 'package-lock.json': '{}', '.DS_Store': '' },
    },
  })
  const { directory, folders } = await readImageFolders(app)
  t.equal(directory, join(app, 'docker'))
  t.strictSame(Object.fromEntries(folders), {
    empty: [],
    lancedb: ['package-lock.json', 'package.json'],
  })
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
