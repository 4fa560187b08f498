import fc from 'fast-check'
import t from 'tap'

import { readArcLines } from '../../../../plugin/core/arc-text/arc-lines.ts'
import { addLine, arcWord } from '../../../../plugin/core/setup/add-line.ts'

t.test('one line more, and all else as it was', (t) => {
  const rows: readonly (readonly [string, string])[] = [
    ['@app\na\n', '@app\na\n\n@plugins\nours\n'],
    ['@app\na', '@app\na\n\n@plugins\nours\n'],
    ['@app\na\n\n', '@app\na\n\n@plugins\nours\n'],
    ['', '@plugins\nours\n'],
    ['@plugins\nx # why\n\n# next\n@app\na\n', '@plugins\nx # why\nours\n\n# next\n@app\na\n'],
    ['@plugins\n  x\n    src y\n@app\na\n', '@plugins\n  x\n    src y\n  ours\n@app\na\n'],
    ['@plugins # none yet\n\n@app\na\n', '@plugins # none yet\nours\n\n@app\na\n'],
    ['@plugins', '@plugins\nours\n'],
    ['@plugins\nx', '@plugins\nx\nours\n'],
    ['@plugins\r\nx\r\n\r\n@app\r\na\r\n', '@plugins\r\nx\r\nours\r\n\r\n@app\r\na\r\n'],
    ['\uFEFF@app\r\na\r\n', '\uFEFF@app\r\na\r\n\r\n@plugins\r\nours\r\n'],
    ['@plugins\n"x\ny"\n@app\na\n', '@plugins\n"x\ny"\nours\n@app\na\n'],
  ]
  for (const [before, after] of rows) t.equal(addLine(before, 'plugins', 'ours'), after)
  t.end()
})

t.test('whatever the text: the line is there, and nothing else was changed', (t) => {
  const piece = fc.constantFrom('@plugins', '@app', 'x', '  y z', '# c', '', '\t w', 'q "a b"', ' ')
  const end = fc.constantFrom('\n', '\r\n')
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 12 }), end, fc.boolean(), (pieces, ending, closed) => {
      const before = pieces.join(ending) + (closed ? ending : '')
      const after = addLine(before, 'plugins', 'ours')
      const texts = readArcLines(after).get('plugins')
      return (
        texts?.some(({ text }) => text === 'ours') === true &&
        after.length > before.length &&
        isInsertion(before, after)
      )
    }),
    { seed: 7, numRuns: 500 },
  )
  t.end()
})

/** Whether one piece put in somewhere makes `after` of `before`. */
function isInsertion(before: string, after: string): boolean {
  let same = 0
  while (same < before.length && before[same] === after[same]) same++
  return after.endsWith(before.slice(same))
}

t.test('words that Architect would not read as one are quoted', (t) => {
  t.strictSame(['get', '/a/:b', '/a b', '/#a', '@a'].map(arcWord), [
    'get',
    '/a/:b',
    '"/a b"',
    '"/#a"',
    '"@a"',
  ])
  t.end()
})
