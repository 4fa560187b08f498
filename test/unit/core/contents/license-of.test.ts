import t from 'tap'

import { licenseOf } from '../../../../plugin/core/contents/license-of.ts'

t.test('every form that package.json has had', (t) => {
  t.equal(licenseOf({ license: 'MIT' }), 'MIT')
  t.equal(licenseOf({ license: { type: 'BSD-3-Clause', url: 'https://x' } }), 'BSD-3-Clause')
  t.equal(licenseOf({ licenses: [{ type: 'MIT' }, { type: 'Apache-2.0' }] }), '(MIT OR Apache-2.0)')
  t.equal(licenseOf({ licenses: ['MIT'] }), 'MIT')
  t.equal(licenseOf({ license: ' see\nLICENSE ' }), 'see LICENSE')
  for (const none of [{}, { license: '' }, { license: 3 }, { licenses: 'MIT' }, { licenses: [{}] }])
    t.equal(licenseOf(none), undefined, JSON.stringify(none))
  t.end()
})
