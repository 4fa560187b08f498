import { createHash } from 'node:crypto'

/** Length of every vector; tables made with another one cannot be searched. */
export const hashedEmbeddingSize = 256

/**
 * A vector of length 1 for a text, by hashing its words and word pairs into 256 buckets
 * ("feature hashing"). It knows shared words, not meanings: a stand-in for a language model's
 * embedding that needs no key, no network, and gives the same numbers everywhere.
 */
export function hashedEmbedding(text: string): number[] {
  const vector: number[] = Array.from({ length: hashedEmbeddingSize }, () => 0)
  const words =
    text
      .normalize('NFKC')
      .toLowerCase()
      .match(/[\p{L}\p{N}]+/gu) ?? []
  for (const [index, word] of words.entries()) {
    add(vector, word, 1)
    const next = words[index + 1]
    if (next !== undefined) add(vector, `${word} ${next}`, 0.5)
  }
  if (!vector.some((value) => value !== 0)) vector[0] = 1
  const length = Math.hypot(...vector)
  return vector.map((value) => value / length)
}

function add(vector: number[], feature: string, weight: number): void {
  const hash = createHash('sha256').update(feature).digest()
  const bucket = hash.readUInt32LE(0) % hashedEmbeddingSize
  const sign = hash.readUInt8(4) % 2 === 0 ? 1 : -1
  vector[bucket] = (vector[bucket] ?? 0) + sign * weight
}
