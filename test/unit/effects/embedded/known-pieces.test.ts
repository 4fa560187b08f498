import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import t from 'tap'

import type { ScriptPiece } from '../../../../plugin/core/pieces/script-piece.ts'
import { rememberPieces } from '../../../../plugin/effects/embedded/known-pieces.ts'

function piece(sha256: string, statements = '[]'): ScriptPiece {
  const isMiddle = { isFirst: false, isStrict: false, isComplete: true, lexical: [] }
  return { head: sha256, length: 9, sha256, statements, origin: 0, ...isMiddle }
}

const [shared, one, two] = [piece('shared'), piece('one'), piece('two')]

t.test('the pieces of a file, or of one that was read before it', async (t) => {
  const cache = t.testdir()
  const file = join(cache, 'web.pieces')
  const first = rememberPieces(cache, file)
  t.strictSame(first.of('a').before, [])
  first.of('a').keep([shared, one])
  t.strictSame(first.of('b').before, [shared, one], 'of this run')
  first.of('b').keep([shared, two])
  await first.close()

  const second = rememberPieces(cache, file)
  t.strictSame(second.of('a').before, [shared, one])
  t.strictSame(second.of('b').before, [shared, two])
  t.strictSame(second.of('new').before, [shared, two], 'the last one')
  second.of('a').keep([one])
  await second.close()
  const written = await readFile(file, 'utf8')
  t.equal(written.split('"sha256":"shared"').length, 2, 'each piece once')

  const third = rememberPieces(cache, file)
  t.strictSame(third.of('new').before, [one])
  t.strictSame(third.of('b').before, [shared, two], 'files that were not read are kept')

  await writeFile(file, written.replace('"one"', '"eno"'))
  t.strictSame(rememberPieces(cache, file).of('a').before, [], 'not when it is damaged')
})

t.test('a record is bounded', async (t) => {
  const cache = t.testdir()
  const file = join(cache, 'web.pieces')
  const pieces = rememberPieces(cache, file)
  for (const name of ['a', 'b', 'c']) pieces.of(name).keep([piece(name, ' '.repeat(5_000_000))])
  await pieces.close()
  const { of } = rememberPieces(cache, file)
  t.match(of('c').before, [{ sha256: 'c' }])
  t.match(of('b').before, [{ sha256: 'b' }])
  t.match(of('a').before, [{ sha256: 'c' }], 'the oldest is not there')
})

t.test('nothing is read or written where nothing was asked', async (t) => {
  const cache = t.testdir()
  const file = join(cache, 'web.pieces')
  await rememberPieces(cache, file).close()
  await t.rejects(readFile(file), { code: 'ENOENT' })
})
