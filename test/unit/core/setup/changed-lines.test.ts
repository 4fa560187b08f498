import t from 'tap'

import { formatChange } from '../../../../plugin/core/setup/changed-lines.ts'

t.test('what is written is shown before', (t) => {
  t.equal(formatChange({ path: 'a', after: 'x\ny\n' }), 'a (new)\n  + x\n  + y')
  t.equal(formatChange({ path: 'a', after: 'x\n'.repeat(21) }), 'a (new)\n  + (21 lines)')
  t.equal(
    formatChange({ path: 'app.arc', before: 'a\r\nb\r\nc\r\n', after: 'a\r\nb\r\nx\r\nc\r\n' }),
    'app.arc:3\n    b\n  + x\n    c',
  )
  t.equal(
    formatChange({ path: 'a', before: '1\n2\n3\n', after: '1\nx\n3\n' }),
    'a:2\n    1\n  - 2\n  + x\n    3',
  )
  t.equal(formatChange({ path: 'a', before: 'x\n', after: 'x\nx\n' }), 'a:2\n    x\n  + x')
  t.equal(
    formatChange({ path: 'a', before: 'x\n', after: 'y\n'.repeat(30) }),
    'a\n  - (1 lines)\n  + (30 lines)',
  )
  t.end()
})
