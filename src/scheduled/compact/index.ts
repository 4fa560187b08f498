import { memoryLocation } from '../../shared/memory-location.ts'
import { openMemoryStore } from '../../shared/memory-store.ts'

/** Once a day: keeps searches fast by merging what many small writes have left behind. */
export async function handler(): Promise<{ compacted: number }> {
  const store = await openMemoryStore(memoryLocation(process.env))
  const tables = await store.compact()
  for (const table of tables) console.log(JSON.stringify({ compacted: table }))
  return { compacted: tables.length }
}
