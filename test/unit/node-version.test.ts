import t from 'tap'

import { requireNode } from '../../plugin/node-version.ts'

t.test('from 22.18 on', (t) => {
  for (const version of ['22.18.0', '22.19.1', '23.0.0', '24.21.0', '30.1.0'])
    t.doesNotThrow(() => requireNode(version), version)
  t.end()
})

t.test('an older one is told what is needed, without a stack', (t) => {
  for (const version of ['14.21.3', '18.20.8', '20.20.2', '22.17.9'])
    t.throws(() => requireNode(version), {
      code: 'NODE_TOO_OLD',
      message: `NODE_TOO_OLD: arc-plugin-container-images needs Node 22.18 or newer. This is Node ${version}, ${process.execPath}: install a newer one, or put it first in PATH.`,
      stack: '',
    })
  t.end()
})
