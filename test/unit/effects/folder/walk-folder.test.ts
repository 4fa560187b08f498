import { execFileSync } from 'node:child_process'
import { chmod, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import t, { type Test } from 'tap'

import { walkFolder, type WalkOptions } from '../../../../plugin/effects/folder/walk-folder.ts'

/** Paths in the three lists, of a folder `function` in an app beside a folder that is none of it. */
async function walked(
  t: Test,
  prepare: (folder: string, app: string) => Promise<unknown>,
  options: Partial<WalkOptions> = {},
) {
  const root = t.testdir({
    outside: { 'secret.txt': 'secret', 'file.txt': '' },
    app: { other: { 'a.txt': 'a', sub: { 'b.txt': 'b' } }, function: { 'index.js': '' } },
  })
  const folder = join(root, 'app/function')
  await prepare(folder, join(root, 'app'))
  const { files, ...rest } = await walkFolder(folder, { within: [join(root, 'app')], ...options })
  const said = (list: readonly { path: string; reason: string }[]) =>
    list.map(({ path, reason }) => `${path} ${reason.replace(root, '')}`)
  return {
    files: files.map(({ path }) => path),
    passedOver: said(rest.passedOver),
    faults: said(rest.faults),
    found: files,
  }
}

t.test('every name is there: hidden ones, brackets, spaces, umlauts', async (t) => {
  const names = ['.htaccess', '.cfg/a.json', '[id].html', 'a b/ö ü.txt', '{x,y}.txt', '!no', 'a*b']
  const { files, faults, passedOver } = await walked(t, async (folder) => {
    for (const name of names) {
      await mkdir(join(folder, name, '..'), { recursive: true })
      await writeFile(join(folder, name), name)
    }
  })
  t.strictSame(files, [...names, 'index.js'].toSorted())
  t.strictSame([faults, passedOver], [[], []])
})

t.test('links inside the app are followed, whole folders of them', async (t) => {
  const { files, found, faults } = await walked(t, async (folder, app) => {
    await symlink('../other', join(folder, 'fonts'))
    await symlink('../../app/other/a.txt', join(folder, 'one.txt'))
    await symlink('../function', join(app, 'other/back'))
  })
  t.strictSame(files, ['fonts/a.txt', 'fonts/sub/b.txt', 'index.js', 'one.txt'])
  t.match(found[0]?.file, /app\/other\/a\.txt$/)
  t.strictSame(faults, [])
})

t.test('links that lead out are faults, by whatever way', async (t) => {
  const { files, faults } = await walked(t, async (folder, app) => {
    await symlink('/etc/passwd', join(folder, 'pw'))
    await symlink('../../outside', join(folder, 'relative'))
    await symlink('../other/out', join(folder, 'twice'))
    await symlink('../../outside/secret.txt', join(app, 'other/out'))
  })
  t.strictSame(files, ['index.js'])
  t.strictSame(faults, [
    'pw is a link that leads out, to /etc/passwd',
    'relative is a link that leads out, to /outside',
    'twice is a link that leads out, to /outside/secret.txt',
  ])
})

t.test('a folder whose name begins as that of the app is outside of it', async (t) => {
  const { faults } = await walked(t, async (folder, app) => {
    await mkdir(`${app}-other`)
    await symlink(`${app}-other`, join(folder, 'near'))
  })
  t.match(faults, [/^near is a link that leads out/])
})

t.test('loops end and are named, like links to nothing', async (t) => {
  const { files, passedOver, faults } = await walked(t, async (folder) => {
    await symlink('.', join(folder, 'self'))
    await symlink('..', join(folder, 'up'))
    await symlink('two', join(folder, 'one'))
    await symlink('one', join(folder, 'two'))
    await symlink('../gone', join(folder, 'dangling'))
    await symlink('index.js/x', join(folder, 'below-a-file'))
  })
  t.strictSame(files, ['index.js', 'up/other/a.txt', 'up/other/sub/b.txt'])
  t.strictSame(passedOver, [
    'below-a-file is a link to nothing (index.js/x)',
    'dangling is a link to nothing (../gone)',
    'one is a link that leads back to itself',
    'self is a link to a folder that it is in',
    'two is a link that leads back to itself',
    'up/function is a link to a folder that it is in',
  ])
  t.strictSame(faults, [])
})

t.test('what cannot be read is a fault', async (t) => {
  // Not in the checkout, above which another user may be allowed nothing.
  const folder = await mkdtemp(join(tmpdir(), 'locked-'))
  t.teardown(() => rm(folder, { recursive: true, force: true }))
  await chmod(folder, 0o755)
  for (const name of ['fine.txt', 'key']) await writeFile(join(folder, name), '')
  await mkdir(join(folder, 'locked'), { mode: 0 })
  await chmod(join(folder, 'key'), 0)
  t.teardown(() => chmod(join(folder, 'locked'), 0o700).catch(() => undefined))
  const module = new URL('../../../../plugin/effects/folder/walk-folder.ts', import.meta.url)
  // Root may read everything, so it becomes another user once all is loaded.
  const program = `const { walkFolder } = await import('${module.href}')
    if (process.getuid?.() === 0) {
      process.setgid(65534)
      process.setuid(65534)
    }
    console.log(JSON.stringify(await walkFolder(process.argv[1], { within: [] })))`
  const env = { PATH: process.env['PATH'] }
  const arguments_ = ['--input-type=module', '-e', program, folder]
  const text = execFileSync(process.execPath, arguments_, { env, encoding: 'utf8' })
  t.match(JSON.parse(text), {
    files: [{ path: 'fine.txt' }],
    faults: [
      { path: 'key', reason: 'cannot be read (EACCES)' },
      { path: 'locked', reason: 'cannot be read (EACCES)' },
    ],
  })
})

t.test('a name that is not UTF-8 is a fault', { skip: process.platform !== 'linux' }, async (t) => {
  const { faults, files } = await walked(t, async (folder) => {
    await writeFile(Buffer.concat([Buffer.from(`${folder}/caf`), Buffer.from([0xe9])]), '')
    await writeFile(join(folder, 'fine \u{FFFD}'), '')
  })
  t.strictSame(faults, ['caf\u{FFFD} has a name that is not UTF-8. Rename it'])
  t.strictSame(files, ['fine \u{FFFD}', 'index.js'])
})

t.test('a pipe is passed over', { skip: process.platform === 'win32' }, async (t) => {
  const { passedOver } = await walked(t, async (folder) => {
    execFileSync('mkfifo', [join(folder, 'pipe')])
  })
  t.strictSame(passedOver, ['pipe is neither a file nor a folder'])
})

t.test('what is skipped is not looked at, and a folder that is gone is a fault', async (t) => {
  const skipped = await walked(
    t,
    async (folder) => await symlink('/etc', join(folder, 'node_modules')),
    { skip: (path) => path === 'node_modules' },
  )
  t.strictSame([skipped.files, skipped.faults], [['index.js'], []])
  const { faults } = await walkFolder(join(t.testdirName, 'nowhere'), { within: [] })
  t.strictSame(faults, [{ path: '.', reason: 'cannot be read (ENOENT)' }])
})
