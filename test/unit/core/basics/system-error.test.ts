import { chmod, mkdir, readFile, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import t from 'tap'

import { explainSystemError } from '../../../../plugin/core/basics/system-error.ts'
import { ContainerImageError } from '../../../../plugin/errors.ts'

async function failureOf(work: () => Promise<unknown>): Promise<unknown> {
  return await work().then(
    () => undefined,
    (error: unknown) => error,
  )
}

t.test('what the system itself throws names image, step, path and cure', async (t) => {
  const folder = t.testdir({ file: '' })
  await symlink(join(folder, 'gone'), join(folder, 'dangling'))
  await symlink('loop', join(folder, 'loop'))
  const cases: Readonly<Record<string, [work: () => Promise<unknown>, cure: RegExp]>> = {
    ENOENT: [() => readFile(join(folder, 'dangling')), /remove the link/],
    ELOOP: [() => readFile(join(folder, 'loop')), /in a circle/],
    ENOTDIR: [() => readFile(join(folder, 'file/x')), /where a folder is expected/],
    EISDIR: [() => writeFile(folder, ''), /A folder is where a file/],
    ENAMETOOLONG: [() => mkdir(join(folder, 'x'.repeat(300))), /shorten it/],
  }
  for (const [code, [work, cure]] of Object.entries(cases)) {
    const thrown = await failureOf(work)
    const explained = explainSystemError(thrown, { image: 'small', step: 'bundling' })
    t.match(explained, { code: 'FILE_SYSTEM_FAILED', cause: thrown }, code)
    const message = explained instanceof Error ? explained.message : ''
    t.ok(message.startsWith(`image 'small', bundling: ${code}: `), message)
    t.ok(message.includes(folder), message)
    t.match(message, cure)
  }
})

t.test('a file of which this user may not read anything', async (t) => {
  const folder = t.testdir({ secret: 'x' })
  const file = join(folder, 'secret')
  await chmod(file, 0o000)
  // Root reads it all the same, so the system's answer is made here where it runs the tests.
  const thrown =
    (await failureOf(() => readFile(file))) ??
    Object.assign(new Error('EACCES'), { code: 'EACCES', syscall: 'open', path: file })
  t.match(explainSystemError(thrown), { message: `EACCES: open ${file}. This user may not` })
})

t.test('a full disk, and two paths', (t) => {
  const thrown = Object.assign(new Error('full'), {
    code: 'ENOSPC',
    syscall: 'rename',
    path: '/a',
    dest: '/b',
  })
  t.match(explainSystemError(thrown), {
    message: /^ENOSPC: rename \/a to \/b\. The disk is full: .*ARC_CONTAINER_IMAGES_CACHE/,
  })
  t.end()
})

t.test('everything else is left alone', (t) => {
  for (const error of [
    new TypeError('a fault of ours'),
    new ContainerImageError('TAG_TAKEN', 'said'),
    Object.assign(new Error('refused'), { code: 'ECONNREFUSED' }),
    'text',
    undefined,
  ])
    t.equal(explainSystemError(error), error)
  t.end()
})
