import { mkdir, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import t, { type Test } from 'tap'

import { layeredTree } from '../../../../plugin/effects/walk/layered-tree.ts'
import { unpackedTree } from '../../../../plugin/effects/walk/unpacked-tree.ts'

const absent = () => 'absent' as const

async function unpacked(t: Test) {
  const root = t.testdir()
  await mkdir(join(root, 'var/task/lib'), { recursive: true })
  await writeFile(join(root, 'var/task/lib/a.js'), 'a')
  await symlink('lib', join(root, 'var/task/link'))
  await symlink('/var/task/lib/a.js', join(root, 'var/task/absolute.js'))
  await symlink('../../../../../../etc/hostname', join(root, 'var/task/out'))
  await symlink('loop', join(root, 'var/task/loop'))
  return unpackedTree(root)
}

async function layered() {
  const link = (path: string, target: string) => ({
    path,
    source: { kind: 'symlink' as const, target },
  })
  const file = {
    path: 'var/task/lib/a.js',
    source: { kind: 'bytes' as const, bytes: Buffer.from('a') },
    executable: false,
  }
  const links = [
    link('var/task/link', 'lib'),
    link('var/task/absolute.js', '/var/task/lib/a.js'),
    link('var/task/out', '../../../../../../etc/hostname'),
    link('var/task/loop', 'loop'),
  ]
  return layeredTree([file, ...links], absent)
}

for (const [name, make] of Object.entries({ unpacked, layered })) {
  t.test(`a tree that is ${name} follows links inside of the image only`, async (t) => {
    const tree = await make(t)
    t.equal(tree.kind('var/task/link/a.js'), 'file')
    t.equal(tree.realpath('var/task/link/a.js'), 'var/task/lib/a.js')
    t.equal(tree.realpath('var/task/absolute.js'), 'var/task/lib/a.js')
    t.equal(Buffer.from(tree.read('var/task/link/../lib/a.js')).toString(), 'a')
    t.equal(tree.kind('var/task'), 'directory')
    t.equal(tree.kind('var/task/lib/a.js/b'), undefined)
    t.equal(tree.kind('var/task/out'), undefined, 'not the machine it is read on')
    t.equal(tree.kind('var/task/loop'), undefined)
    t.equal(tree.kind('../etc'), undefined)
    t.throws(() => tree.read('var/task/none'))
  })
}
