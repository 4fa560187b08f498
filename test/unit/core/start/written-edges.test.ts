import t from 'tap'

import { missingModule } from '../../../../plugin/core/start/missing-module.ts'
import { nodeEdge, pythonEdge } from '../../../../plugin/core/start/written-edges.ts'

t.test('who asks for what, in the words of each loader', (t) => {
  const of = (message: string) => missingModule({ type: 'Error', message, trace: [] })
  t.strictSame(of("Error: Cannot find module 'pg'\nRequire stack:\n- /var/task/a.cjs\n- /b"), {
    specifier: 'pg',
    from: '/var/task/a.cjs',
  })
  t.strictSame(of("Cannot find package '@a/b' imported from /var/task/a.mjs"), {
    specifier: '@a/b',
    from: '/var/task/a.mjs',
  })
  t.strictSame(of("Cannot find module '/var/task/lib/x.mjs' imported from /var/task/a.mjs"), {
    specifier: './lib/x.mjs',
    from: '/var/task/a.mjs',
  })
  t.strictSame(of("Unable to import module 'index': No module named 'numpy'"), {
    specifier: 'numpy',
    from: '',
  })
  t.equal(of('fetch failed'), undefined)
  t.end()
})

t.test('where a name is written out', (t) => {
  const node = (text: string, isModule = false) =>
    nodeEdge({ path: 'var/task/a.js', text, isModule }, 'pg')
  t.strictSame(node("'x'\nrequire('pg')"), { place: '/var/task/a.js:2', necessity: 'eager' })
  t.match(node("if (process.env.DB) require('pg')"), { necessity: 'lazy' })
  t.match(node("try { require('pg') } catch {}"), { necessity: 'tolerated' })
  t.equal(node('require(process.env.DB)'), undefined)
  t.match(node("import 'pg'", true), { necessity: 'eager' })
  const relative = { path: 'a.js', text: "import './lib/../lib/x.mjs'", isModule: true }
  t.match(nodeEdge(relative, './lib/x.mjs'), { necessity: 'eager' })
  const python = (text: string) => pythonEdge({ path: 'a.py', text }, 'numpy')
  t.strictSame(python('import os\nimport numpy as np'), { place: '/a.py:2', necessity: 'eager' })
  t.match(python('from numpy.linalg import x'), { necessity: 'eager' })
  t.match(python('try:\n  import numpy'), { necessity: 'lazy' })
  t.equal(python('import numpyro'), undefined)
  t.end()
})
