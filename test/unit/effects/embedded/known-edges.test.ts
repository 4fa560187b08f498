import { hash } from 'node:crypto'
import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import t from 'tap'

import type { FileEdges } from '../../../../plugin/core/edges/edge.ts'
import { rememberEdges } from '../../../../plugin/effects/embedded/known-edges.ts'
import type { Bundle } from '../../../../plugin/ports/bundle.ts'

const image = { name: 'web', architecture: 'arm64' } as const
const path = 'var/task/http/get-index/index.cjs'
const known = { path, isModule: false }

type Files = Bundle['files']

function bundleOf(text: string) {
  const source = {
    kind: 'file',
    file: path,
    size: text.length,
    sha256: hash('sha256', text),
  } as const
  return { files: [{ path, source, executable: false }] }
}

function edgesTo(specifier: string): FileEdges {
  const edge = { mode: 'require', specifier, necessity: 'eager', line: 1 } as const
  return { edges: [edge], syntax: 'as expected', awaits: false }
}

t.test('what a file loads is known by its content, and read again for another', async (t) => {
  const cache = t.testdir()
  let reads = 0
  const ask = async (text: string, about: object = {}) => {
    const remembered = await rememberEdges(image, bundleOf(text), cache)
    const edges = remembered.edges({ ...known, ...about }, () => {
      reads++
      return edgesTo(text)
    })
    await remembered.close()
    return edges
  }
  t.strictSame([await ask('one'), reads], [edgesTo('one'), 1])
  t.strictSame([await ask('one'), reads], [edgesTo('one'), 1])
  t.strictSame([await ask('two'), reads], [edgesTo('two'), 2])
  await ask('two', { isModule: true })
  t.equal(reads, 3, 'as another kind of module')
  await ask('two', { isModule: true, nodeEnv: { value: 'production' } })
  t.equal(reads, 4, 'in another environment')

  const [name = ''] = await readdir(join(cache, 'bundles'))
  const file = join(cache, 'bundles', name)
  await writeFile(file, (await readFile(file, 'utf8')).replace('"two"', '"tow"'))
  await ask('two', { isModule: true, nodeEnv: { value: 'production' } })
  t.equal(reads, 5, 'a damaged record is not believed')
})

t.test('what is in memory alone is read each time', async (t) => {
  const cache = t.testdir()
  const files = [
    { path, source: { kind: 'bytes', bytes: Buffer.from('secret') }, executable: false } as const,
  ]
  for (const reads of [1, 2]) {
    const remembered = await rememberEdges(image, { files }, cache)
    t.strictSame(
      remembered.edges(known, () => edgesTo(String(reads))),
      edgesTo(String(reads)),
    )
    await remembered.close()
  }
})

t.test(
  'bundles of functions are read by pieces, other files and what is in memory as wholes',
  async (t) => {
    const cache = t.testdir()
    const functions = [{ folder: 'http/get-index' }]
    const asked: (string | undefined)[] = []
    const ask = async (about: object, files: Files = bundleOf('one').files) => {
      const remembered = await rememberEdges({ ...image, ...about }, { files }, cache)
      remembered.edges(known, (memory) => {
        asked.push(memory && 'pieces')
        return edgesTo('one')
      })
      await remembered.close()
    }
    await ask({})
    await ask({ name: 'other', functions })
    const bytes = { kind: 'bytes', bytes: Buffer.from('secret') } as const
    await ask({ functions }, [{ path, source: bytes, executable: false }])
    t.strictSame(asked, [undefined, 'pieces', undefined])
  },
)
