import t from 'tap'

import { matchesHash } from '../../../src/shared/agent-secret.ts'

const hash = 'd7ecdf25eaf3deba0f2628771dbdd22d4138ab6cf38f91ed02a2ca0dec7c8ab7'

t.test('only the secret with this hash opens', async (t) => {
  t.equal(matchesHash('open-sesame', hash), true)
  t.equal(matchesHash('open-sesam', hash), false)
  t.equal(matchesHash('', hash), false)
  t.equal(matchesHash(hash, hash), false)
})

t.test('no record and a damaged record open nothing', async (t) => {
  t.equal(matchesHash('open-sesame', undefined), false)
  t.equal(matchesHash('open-sesame', ''), false)
  t.equal(matchesHash('open-sesame', hash.toUpperCase()), false)
})
