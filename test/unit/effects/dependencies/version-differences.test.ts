import t from 'tap'

import { findVersionDifferences } from '../../../../plugin/effects/dependencies/version-differences.ts'

t.test('names what differs, and only that', async (t) => {
  const app = t.testdir({
    node_modules: {
      '@lancedb': { lancedb: { 'package.json': '{"version":"0.30.0"}' } },
      same: { 'package.json': '{"version":"1.0.0"}' },
      broken: { 'package.json': '{' },
    },
  })
  const direct = { '@lancedb/lancedb': '0.31.0', same: '1.0.0', broken: '1.0.0', absent: '1.0.0' }
  t.same(await findVersionDifferences(direct, app), [
    { package: '@lancedb/lancedb', imageVersion: '0.31.0', appVersion: '0.30.0' },
  ])
})
