import t from 'tap'

import { parsePragmas } from '../../../../plugin/core/arc/pragma.ts'
import { appOf } from '../../../fixtures/app-of.ts'

const flag = 'get / img'
const setting = 'repository my/app'

for (const [pragma, lines, meant] of [
  ['container-image', flag, 'container-images'],
  ['containers-images', flag, 'container-images'],
  ['Container-Images', flag, 'container-images'],
  ['container_images', '', 'container-images'],
  ['conatiner-images', flag, 'container-images'],
  ['image', flag, 'container-images'],
  ['containers', flag, 'container-images'],
  ['docker-images', 'scheduled compact img', 'container-images'],
  ['image', setting, 'images'],
  ['imags', 'img\n  base node:24', 'images'],
  ['Images', 'keep 3', 'images'],
] as const) {
  t.test(`@${pragma} with '${lines}'`, (t) => {
    const { problems } = parsePragmas(appOf(`@app\nmy-app\n\n@${pragma} # why\n${lines}\n`))
    t.match(problems, [
      { code: 'PRAGMA_MISSPELT', message: `app.arc:4: Architect has no pragma '@${pragma}'` },
    ])
    t.match(problems[0]?.message, `Did you mean '@${meant}'?`)
    t.end()
  })
}

t.test('in other manifests', (t) => {
  const arc = { 'container-image': [['get', '/', 'img']], containerImages: {} }
  const { problems } = parsePragmas({ ...appOf(''), manifest: 'arc.json', arc })
  t.match(problems, [
    { code: 'PRAGMA_MISSPELT', message: /^arc\.json: .*'@container-image'/ },
    { code: 'PRAGMA_MISSPELT', message: /^arc\.json: .*'@containerImages'/ },
  ])
  t.end()
})

t.test('pragmas of others are theirs, also when their names are near', (t) => {
  const raw = `@app
my-app
@image
bucket thumbnails
width 200
@pages
get /
@image-resize
get /images/:id
@container
cpu 256
@http
get /
@container-images
get / img
@images
keep 3`
  t.strictSame(parsePragmas(appOf(raw)).problems, [])
  t.end()
})
