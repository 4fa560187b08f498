import t from 'tap'

import { runArcImages } from '../stand-in/harness/arc-images.ts'
import { file, smallLayer } from '../stand-in/inputs/base-image-layers.ts'
import { pushBaseImage } from '../stand-in/inputs/base-image.ts'
import { openImageApp } from '../stand-in/inputs/image-app.ts'

const moved =
  /base public\.ecr\.aws\/lambda\/nodejs:24 has moved since the live image(?:, pushed 0 h ago)?: from [0-9a-f]{12} to [0-9a-f]{12}/

t.test('a base that has moved is told, in the plan and by the deploy', async (t) => {
  const app = await openImageApp()
  t.teardown(() => app.close())
  const first = await app.deploy()
  t.equal(first.exitCode, 0, first.output)
  const same = await runArcImages(app, ['plan'])
  t.notMatch(same.stdout, moved)

  const more = [await smallLayer('patched', [file('var/patched', 'yes')])]
  await pushBaseImage({ registry: app.bases, more })
  const planned = await runArcImages(app, ['plan'])
  t.equal(planned.exitCode, 0, planned.stderr)
  t.match(planned.stdout, /^changed +small \(arm64\) +base/m)
  t.match(planned.stdout, moved)
  const json = await runArcImages(app, ['plan', '--json'])
  t.match(JSON.parse(json.stdout).images, [
    { baseMoved: { from: /^sha256:/, to: /^sha256:/, livePushedAt: /^\d{4}-/ } },
  ])

  const nobody = { ARC_CONTAINER_IMAGES_REGISTRIES: registriesWithout(app.environment) }
  const offline = await runArcImages(app, ['plan'], nobody)
  t.equal(offline.exitCode, 0, offline.stderr)
  t.notMatch(offline.stdout, moved, 'nothing is known, and nothing fails')

  const second = await app.deploy()
  t.equal(second.exitCode, 0, second.output)
  t.match(second.output, moved)
})

/** Where bases come from, nobody listens. */
function registriesWithout(environment: Readonly<Record<string, string>>): string {
  return (environment['ARC_CONTAINER_IMAGES_REGISTRIES'] ?? '').replace(
    /public\.ecr\.aws=[^,]+/,
    'public.ecr.aws=http://127.0.0.1:1',
  )
}
