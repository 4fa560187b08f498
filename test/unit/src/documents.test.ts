import t from 'tap'

import { parseDocuments, parseSearch } from '../../../src/shared/documents.ts'

t.test('a document keeps its id or is named by its text', async (t) => {
  const parsed = parseDocuments('{"documents":[{"id":"a","text":"one"},{"text":"two"}]}')
  t.strictSame(parsed, {
    ok: true,
    value: [
      { id: 'a', text: 'one' },
      { id: '3fc4ccfe745870e2c0d99f71f30ff065', text: 'two' },
    ],
  })
})

t.test('of several documents with one id the last counts', async (t) => {
  const parsed = parseDocuments('{"documents":[{"id":"a","text":"one"},{"id":"a","text":"two"}]}')
  t.strictSame(parsed, { ok: true, value: [{ id: 'a', text: 'two' }] })
})

for (const [body, message] of [
  ['', 'The body must be JSON'],
  ['{"documents":', 'The body must be JSON'],
  ['[]', 'The body must be JSON'],
  ['null', 'The body must be JSON'],
  ['{"documents":{}}', 'The body must be JSON'],
  ['{"documents":[]}', '"documents" has 0 entries'],
  [
    JSON.stringify({ documents: Array.from({ length: 501 }, () => ({ text: 'a' })) }),
    '"documents" has 501 entries',
  ],
  ['{"documents":["text"]}', 'documents[0].text must be words'],
  ['{"documents":[{"text":"ok"},{"text":7}]}', 'documents[1].text must be words'],
  ['{"documents":[{"text":"  ?!  "}]}', 'documents[0].text must be words'],
  [
    JSON.stringify({ documents: [{ text: 'a'.repeat(20_001) }] }),
    'documents[0].text must be words',
  ],
  ['{"documents":[{"id":7,"text":"ok"}]}', 'documents[0].id must be text'],
  ['{"documents":[{"id":"","text":"ok"}]}', 'documents[0].id must be text'],
] as const) {
  t.test(`refuses ${body.slice(0, 50) || 'an empty body'}`, async (t) => {
    t.match(parseDocuments(body), { ok: false, message })
  })
}

t.test('a search has words and a limit', async (t) => {
  t.strictSame(parseSearch({ q: 'tea' }), { ok: true, value: { text: 'tea', limit: 5 } })
  t.strictSame(parseSearch({ q: 'tea', limit: '100' }), {
    ok: true,
    value: { text: 'tea', limit: 100 },
  })
  for (const query of [{}, { q: '' }, { q: ' - ' }]) {
    t.match(parseSearch(query), { ok: false, message: 'Say what to search for' })
  }
  for (const limit of ['0', '101', '1.5', 'many', '-1']) {
    t.match(parseSearch({ q: 'tea', limit }), { ok: false, message: '"limit" must be' })
  }
})
