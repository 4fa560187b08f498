import { readdir } from 'node:fs/promises'

import t from 'tap'

import { openMemoryStore } from '../../../src/shared/memory-store.ts'

t.test('what was remembered is found, the nearest first', async (t) => {
  const store = await openMemoryStore(t.testdir())
  await store.remember('work.ada', [
    { id: 'tea', text: 'Ada likes green tea' },
    { id: 'rust', text: 'the rust compiler explains its errors' },
  ])
  const matches = await store.search('work.ada', 'green tea', 2)
  t.strictSame(
    matches.map(({ id, text }) => [id, text]),
    [
      ['tea', 'Ada likes green tea'],
      ['rust', 'the rust compiler explains its errors'],
    ],
  )
  t.equal((await store.search('work.ada', 'Ada likes green tea', 1))[0]?.score, 1)
  t.equal((await store.search('work.ada', 'tea', 1)).length, 1)
})

t.test('the same id again replaces the text', async (t) => {
  const store = await openMemoryStore(t.testdir())
  await store.remember('work.ada', [{ id: 'drink', text: 'green tea' }])
  await store.remember('work.ada', [{ id: 'drink', text: 'black coffee' }])
  const matches = await store.search('work.ada', 'green tea', 10)
  t.strictSame(
    matches.map(({ text }) => text),
    ['black coffee'],
  )
})

t.test('an agent sees its own memory only; a new one has none', async (t) => {
  const store = await openMemoryStore(t.testdir())
  await store.remember('work.ada', [{ id: 'a', text: 'green tea' }])
  t.strictSame(await store.search('work.bob', 'green tea', 10), [])
  t.strictSame(await store.search('work', 'green tea', 10), [])
})

t.test('writers who meet at a new table lose nothing and double nothing', async (t) => {
  const directory = t.testdir()
  const stores = await Promise.all(Array.from({ length: 4 }, () => openMemoryStore(directory)))
  await Promise.all(
    stores.map((store, index) =>
      store.remember('work.ada', [
        { id: 'shared', text: 'green tea' },
        { id: `own-${index}`, text: `note ${index}` },
      ]),
    ),
  )
  const matches = await stores[0]?.search('work.ada', 'green tea', 100)
  t.strictSame((matches ?? []).map(({ id }) => id).toSorted(), [
    'own-0',
    'own-1',
    'own-2',
    'own-3',
    'shared',
  ])
})

t.test('compaction merges the files of every table and keeps the documents', async (t) => {
  const directory = t.testdir()
  const store = await openMemoryStore(directory)
  for (const id of ['one', 'two', 'three']) {
    await store.remember('work.ada', [{ id, text: `note ${id}` }])
    await store.remember('work.bob', [{ id, text: `note ${id}` }])
  }
  t.strictSame(await store.compact(), [
    { table: 'work.ada', filesRemoved: 3, bytesRemoved: 0 },
    { table: 'work.bob', filesRemoved: 3, bytesRemoved: 0 },
  ])
  t.equal((await store.search('work.ada', 'note', 10)).length, 3)
  const tables = (await readdir(directory)).filter((name) => name.endsWith('.lance'))
  t.strictSame(tables.toSorted(), ['work.ada.lance', 'work.bob.lance'])
})
