import { connect, type Connection, type Table } from '@lancedb/lancedb'
import { Field, FixedSizeList, Float32, Schema, Utf8 } from 'apache-arrow'

import type { Document } from './documents.ts'
import { hashedEmbedding, hashedEmbeddingSize } from './hashed-embedding.ts'

/** A found document; `score` is the cosine of the angle to the query: 1 is the same, 0 unrelated. */
export interface Match extends Document {
  readonly score: number
}

/** Memories in LanceDB, one table an agent. */
export interface MemoryStore {
  /** Adds documents, or replaces those with the same id. */
  remember(memory: string, documents: readonly Document[]): Promise<void>
  /** The nearest first; nothing when the agent has no memory yet. */
  search(memory: string, text: string, limit: number): Promise<Match[]>
  /** Merges small files and drops versions older than a week, in every table. */
  compact(): Promise<{ table: string; filesRemoved: number; bytesRemoved: number }[]>
}

const week = 7 * 24 * 60 * 60 * 1000
const pageSize = 100

// The key mark makes LanceDB notice two writers who add the same id at once; one tries again.
const schema = new Schema([
  new Field('id', new Utf8(), false, new Map([['lance-schema:unenforced-primary-key', 'true']])),
  new Field('text', new Utf8(), false),
  new Field(
    'vector',
    new FixedSizeList(hashedEmbeddingSize, new Field('item', new Float32(), true)),
    false,
  ),
])

/** @param location a folder, or `s3://bucket/prefix` with the credentials of the environment */
export async function openMemoryStore(location: string): Promise<MemoryStore> {
  const connection = await connect(location)
  return {
    async remember(memory, documents) {
      const rows = documents.map(({ id, text }) => ({ id, text, vector: hashedEmbedding(text) }))
      await again(async () => {
        const table = await openOrCreate(connection, memory)
        await table.mergeInsert('id').whenMatchedUpdateAll().whenNotMatchedInsertAll().execute(rows)
      })
    },

    async search(memory, text, limit) {
      const table = await openExisting(connection, memory)
      if (table === undefined) return []
      const query = table.vectorSearch(hashedEmbedding(text)).distanceType('cosine')
      const rows: unknown[] = await query.select(['id', 'text', '_distance']).limit(limit).toArray()
      return rows.map(parseMatch)
    },

    async compact() {
      const done = []
      for await (const name of tableNames(connection)) {
        const table = await connection.openTable(name)
        const { compaction, prune } = await table.optimize({
          cleanupOlderThan: new Date(Date.now() - week),
        })
        table.close()
        done.push({
          table: name,
          filesRemoved: compaction.filesRemoved,
          bytesRemoved: prune.bytesRemoved,
        })
      }
      return done
    },
  }
}

/** A write that met the making of its table, or another write to it, was not done: it may be tried again. */
async function again(write: () => Promise<void>, attempts = 3): Promise<void> {
  try {
    await write()
  } catch (error) {
    const conflicts =
      error instanceof Error && /incompatible transaction|conflict/i.test(error.message)
    if (!conflicts || attempts === 1) throw error
    await again(write, attempts - 1)
  }
}

/** Several functions may meet a new agent at the same time: whoever loses the race opens. */
async function openOrCreate(connection: Connection, name: string): Promise<Table> {
  const existing = await openExisting(connection, name)
  if (existing !== undefined) return existing
  try {
    return await connection.createEmptyTable(name, schema, { mode: 'create', existOk: true })
  } catch (error) {
    const winner = await openExisting(connection, name)
    if (winner !== undefined) return winner
    throw error
  }
}

async function openExisting(connection: Connection, name: string): Promise<Table | undefined> {
  try {
    return await connection.openTable(name)
  } catch (error) {
    if (error instanceof Error && /was not found|not found/i.test(error.message)) return undefined
    throw error
  }
}

async function* tableNames(connection: Connection): AsyncGenerator<string> {
  let startAfter = ''
  for (;;) {
    const page = await connection.tableNames(
      startAfter === '' ? { limit: pageSize } : { limit: pageSize, startAfter },
    )
    yield* page
    const last = page.at(-1)
    if (last === undefined || page.length < pageSize) return
    startAfter = last
  }
}

function parseMatch(row: unknown): Match {
  const { id, text, _distance: distance }: Record<string, unknown> = Object(row)
  if (typeof id === 'string' && typeof text === 'string' && typeof distance === 'number') {
    return { id, text, score: Math.round((1 - distance) * 10_000) / 10_000 }
  }
  throw new Error('LanceDB returned a row without id, text and distance.')
}
