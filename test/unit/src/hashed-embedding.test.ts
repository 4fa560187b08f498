import { createHash } from 'node:crypto'

import t from 'tap'

import { hashedEmbedding } from '../../../src/shared/hashed-embedding.ts'

function cosine(one: string, other: string): number {
  const [a, b] = [hashedEmbedding(one), hashedEmbedding(other)]
  return a.reduce((sum, value, index) => sum + value * (b[index] ?? 0), 0)
}

t.test('256 numbers of length 1', async (t) => {
  const vector = hashedEmbedding('Ada likes green tea')
  t.equal(vector.length, 256)
  t.equal(Math.hypot(...vector).toFixed(12), '1.000000000000')
})

t.test('the numbers are the same everywhere', async (t) => {
  const text = JSON.stringify(hashedEmbedding('Ada likes green tea').map((v) => v.toFixed(6)))
  t.equal(
    createHash('sha256').update(text).digest('hex'),
    '3775d966edee614e60f154a8ec5ed7b9e989578c321de9e80fdfefe79d773160',
  )
})

t.test('case, punctuation and the form of a letter do not count', async (t) => {
  t.strictSame(hashedEmbedding('Caf\u00e9, au lait!'), hashedEmbedding('cafe\u0301 AU lait'))
})

t.test('shared words are near, order counts a little, others are far', async (t) => {
  t.equal(cosine('green tea', 'green tea').toFixed(6), '1.000000')
  const near = cosine('green tea', 'Ada likes green tea')
  const swapped = cosine('green tea', 'tea, green')
  const far = cosine('green tea', 'rust compiler errors')
  t.ok(near > 0.5, `near ${near}`)
  t.ok(swapped > 0.7 && swapped < 1, `swapped ${swapped}`)
  t.ok(far < 0.3, `far ${far}`)
})

t.test('a text without words still has a direction', async (t) => {
  t.equal(Math.hypot(...hashedEmbedding('')), 1)
})
