import t from 'tap'

import { metadataFunction } from '../../../../plugin/core/arc/metadata-function.ts'

t.test("Architect's mark on a function, in inventory's words", (t) => {
  const named = (pragma: unknown, name: unknown) => metadataFunction({ pragma, name })
  t.strictSame(named('http', 'get /'), { pragma: 'http', name: 'get /' })
  t.strictSame(named('tables', 'cats'), { pragma: 'tables-streams', name: 'cats' })
  t.strictSame(named('custom', 'mine'), { pragma: 'customLambdas', name: 'mine' })
  t.equal(named('http', undefined), undefined)
  t.equal(metadataFunction(undefined), undefined)
  t.end()
})
