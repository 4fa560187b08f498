import fc from 'fast-check'
import t from 'tap'

import { parseJson } from '../../../../plugin/core/basics/parse-json.ts'

const faults: Readonly<Record<string, string>> = {
  '': 'it is empty',
  ' \n': 'it is empty',
  '{': 'it ends too early',
  '{"a": "b': 'it ends too early',
  '{"a": tr': 'it ends too early',
  '{ "dependencies": {\n  "ms": "2.1.3",\n} }\n': "unexpected '}' at line 3, column 1",
  "{\r\n  'ms': 1\r\n}": "unexpected ''' at line 2, column 3",
  '<<<<<<< HEAD\n{}': "unexpected '<' at line 1, column 1",
  '{ "a": 1 "b": 2 }': "unexpected '\"' at line 1, column 10",
  '{ "a": 1 } // as TypeScript has it': "unexpected '/' at line 1, column 12",
  '{\n"a": "one\ntwo" }': "unexpected '\\n' at line 2, column 10",
  '{ "a": truf }': "unexpected 'f' at line 1, column 11",
  '\uFEFF{ a: 1 }': "unexpected 'a' at line 1, column 3",
}

t.test('what is wrong with JSON, and where', async (t) => {
  for (const [text, message] of Object.entries(faults))
    t.throws(() => parseJson(text), new SyntaxError(message), JSON.stringify(text))
})

t.test('JSON is read as it is, after a byte order mark too', async (t) => {
  fc.assert(
    fc.property(fc.json(), (text) => {
      t.same(parseJson(text), JSON.parse(text))
      t.same(parseJson(`\uFEFF${text}`), JSON.parse(text))
    }),
    { numRuns: 20 },
  )
})

t.test('whatever JSON is cut off at ends too early, and is not unexpected', async (t) => {
  const text = '{"a":["\\u00e9\\n",-1.5e+3,true,null,{}],"b":"é"}'
  for (let length = 1; length < text.length; length++)
    t.throws(
      () => parseJson(text.slice(0, length)),
      new SyntaxError('it ends too early'),
      `${length}`,
    )
})
