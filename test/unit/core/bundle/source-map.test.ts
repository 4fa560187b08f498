import { SourceMap } from 'node:module'
import t from 'tap'

import { shiftMappings } from '../../../../plugin/core/bundle/source-map.ts'
import { applyEdits } from '../../../../plugin/core/bundle/stable-names.ts'

function columns(mappings: string, line: number, column: number): number {
  const map = new SourceMap({
    version: 3,
    file: 'out',
    sources: ['in'],
    sourcesContent: [''],
    names: [],
    mappings,
    sourceRoot: '',
  })
  const entry = map.findEntry(line, column)
  return 'originalColumn' in entry ? entry.originalColumn : -1
}

t.test('columns behind an edit move, those before and on other lines do not', (t) => {
  const generated = 'aa LONGNAME bb\ncc LONGNAME dd'
  // aa -> 0, bb -> 20, cc -> 40, dd -> 60
  const mappings = 'AAAA,YAAoB;AAAoB,YAAoB'
  t.strictSame(
    [
      columns(mappings, 0, 0),
      columns(mappings, 0, 12),
      columns(mappings, 1, 0),
      columns(mappings, 1, 12),
    ],
    [0, 20, 40, 60],
  )
  const edits = [
    { start: 3, length: 4, text: '' },
    { start: 18, length: 8, text: 'X' },
  ]
  t.equal(applyEdits(generated, edits), 'aa NAME bb\ncc X dd')
  const shifted = shiftMappings(mappings, generated, edits)
  t.equal(columns(shifted, 0, 0), 0)
  t.equal(columns(shifted, 0, 8), 20)
  t.equal(columns(shifted, 0, 7), 0)
  t.equal(columns(shifted, 1, 0), 40)
  t.equal(columns(shifted, 1, 5), 60)
  t.equal(columns(shifted, 1, 4), 40)
  t.end()
})

t.test('nothing to do', (t) => {
  t.equal(shiftMappings('AAAA,YAAoB', 'x', []), 'AAAA,YAAoB')
  t.end()
})
