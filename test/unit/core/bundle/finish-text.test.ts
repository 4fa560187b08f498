import t from 'tap'

import { finishText } from '../../../../plugin/core/bundle/finish-text.ts'

t.test('what needs nothing stays as it is', (t) => {
  t.strictSame(finishText('exports.a=1', ''), { text: 'exports.a=1', edits: [], linesBefore: 0 })
  t.end()
})

t.test('the prelude runs first, in strict mode where the code asks for it', (t) => {
  t.equal(finishText('exports.a=1', 'p;').text, 'p;\nexports.a=1')
  t.equal(
    finishText('"use strict";exports.a=1', 'p;').text,
    '"use strict";p;\n"use strict";exports.a=1',
  )
  t.end()
})

t.test('a hashbang line goes', (t) => {
  t.equal(finishText('#!/usr/bin/env node\nexports.a=1', '').text, '\nexports.a=1')
  t.end()
})

t.test('import.meta gets only what is used', (t) => {
  const { text } = finishText('exports.a=__arc_import_meta_url', '')
  t.match(text, /^var __arc_url=.*;var __arc_import_meta_url=__arc_url\(__filename\);$/m)
  t.notMatch(text, '__arc_import_meta_resolve')
  t.end()
})

t.test('names of packages are the same wherever they are installed', (t) => {
  const wrapped = (path: string): string =>
    `var a=1,b=__commonJS({"${path}"(exports2){exports2.x=1}});module.exports=b();`
  const plain = finishText(wrapped('node_modules/x/index.js'), '').text
  for (const path of [
    'src/http/get-index/node_modules/x/index.js',
    '../../node_modules/x/index.js',
    '../../.yarn/berry/cache/x-npm-1.0.0-abc.zip/node_modules/x/index.js',
  ]) {
    t.equal(finishText(wrapped(path), '').text, plain, path)
  }
  t.equal(finishText(wrapped('src/own.js'), '').text, wrapped('src/own.js'))
  t.end()
})
