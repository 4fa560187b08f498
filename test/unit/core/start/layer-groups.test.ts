import t from 'tap'

import type { ArchivedEntry } from '../../../../plugin/core/image/archived-entry.ts'
import { layerGroups } from '../../../../plugin/core/start/layer-groups.ts'

const file = (path: string): ArchivedEntry => ({ path, kind: 'file', allowed: 4 })
const link = (path: string, target: string): ArchivedEntry => ({
  path,
  kind: 'symlink',
  target,
  allowed: 7,
})
const base = [file('usr/lib/a'), link('lib', 'usr/lib')]

t.test('groups stay where an overlay gives the same', (t) => {
  const layers = [base, [file('.wh.gone')], [file('var/task/a')], [file('var/task/b')]]
  t.strictSame(layerGroups(layers, [2, 1, 1]), [2, 1, 1])
  t.strictSame(layerGroups(layers, [2, 0, 2]), [2, 2])
  t.strictSame(layerGroups([base], [0, 1]), [1])
  t.strictSame(layerGroups([], []), [])
  t.strictSame(layerGroups([base, [link('lib', 'opt')]], [1, 1]), [1, 1], 'a link may be replaced')
  t.end()
})

t.test('all is one where an upper group needs what lies below', (t) => {
  for (const above of [
    [file('usr/lib/.wh.a')],
    [file('usr/.wh..wh..opq')],
    [file('lib/b')],
    [file('lib/deep/b')],
    [{ path: 'b', kind: 'hardlink', target: 'usr/lib/a', allowed: 4 } as const],
  ]) {
    t.strictSame(layerGroups([base, above], [1, 1]), [2], above[0]?.path ?? '')
  }
  t.end()
})
