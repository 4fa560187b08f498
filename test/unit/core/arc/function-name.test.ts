import t from 'tap'

import { readFunctionName } from '../../../../plugin/core/arc/function-name.ts'
import { declare } from '../../../fixtures/app-of.ts'

const functions = [
  declare('get /'),
  declare('any /api/:x'),
  declare('post /made', { name: 'POST /made' }),
  declare('scheduled compact'),
  declare('ws connect'),
  declare('tables-streams audit'),
  declare('customLambdas resize'),
  declare('get /*', { staticAssetProxy: true }),
]

const names: Readonly<Record<string, string>> = {
  'get /': 'get /',
  'GET /': 'get /',
  ' get   / ': 'get /',
  'any /api/:x': 'any /api/:x',
  'post /made': 'POST /made',
  'scheduled compact': 'compact',
  'schedule compact': 'compact',
  'ws $connect': 'connect',
  'tables-stream audit': 'audit',
  'custom resize': 'resize',
}

for (const [written, name] of Object.entries(names)) {
  t.test(`'${written}' is ${name}, quoted or as two words`, (t) => {
    t.equal(readFunctionName([written], functions).name, name)
    t.equal(readFunctionName(written.trim().split(/\s+/), functions).name, name)
    t.end()
  })
}

const all =
  'get /, any /api/:x, POST /made, scheduled compact, ws connect, tables-streams audit, customLambdas resize'

const mistakes: Readonly<Record<string, string>> = {
  '': `Name a function. The app declares ${all}.`,
  compact: "'compact' is not the name of a function. Did you mean 'scheduled compact'?",
  '/': "'/' is not the name of a function. Did you mean 'get /'?",
  'get /apii/:x':
    "'get /apii/:x' names a function that the app does not declare. Did you mean 'any /api/:x'?",
  'post /api/:x':
    "'post /api/:x' names a function that the app does not declare. Did you mean 'any /api/:x'?",
  'shceduled compact':
    "'shceduled compact' is not the name of a function. Did you mean 'scheduled compact'?",
  'get / lancedb': `'get / lancedb' is not the name of a function. The app declares ${all}.`,
  nothing: `'nothing' is not the name of a function. The app declares ${all}.`,
}

for (const [written, message] of Object.entries(mistakes)) {
  t.test(`'${written}' is told apart`, (t) => {
    t.throws(() => readFunctionName([written], functions), { code: 'COMMAND_INVALID', message })
    t.end()
  })
}

t.test("the function that serves static files is nobody's own", (t) => {
  t.throws(() => readFunctionName(['get /*'], functions), {
    code: 'COMMAND_INVALID',
    message: /^'get \/\*' names the function that Architect adds to serve static files/,
  })
  t.end()
})

t.test('an app without functions', (t) => {
  t.throws(() => readFunctionName(['get /'], []), {
    message: "'get /' names a function that the app does not declare. It declares no function.",
  })
  t.end()
})
