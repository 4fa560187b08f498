import { mkdir, rm, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

import t, { type Test } from 'tap'

import { readLocalPackages } from '../../../../plugin/effects/dependencies/local-packages.ts'

type Fixtures = Record<string, string | Record<string, string | Record<string, string>>>

/** Reads what `file:./local` names in an app that has some more files. */
async function read(
  t: Test,
  local: Fixtures,
  more: { docker?: Fixtures; app?: Fixtures; links?: Readonly<Record<string, string>> } = {},
) {
  const app = t.testdir({ ...more.app, docker: { db: { local, ...more.docker } } })
  const directory = join(app, 'docker/db')
  for (const [path, target] of Object.entries(more.links ?? {})) {
    await mkdir(join(directory, path, '..'), { recursive: true })
    await symlink(target, join(directory, path))
  }
  const wanted = new Map([['local', 'file:./local']])
  const { files, leftOut, paths, problems } = await readLocalPackages(
    directory,
    wanted,
    'package.json',
  )
  return {
    leftOut: leftOut.map(({ path, reason }) => `${path} ${reason}`),
    files: files.map(({ path }) => path),
    paths: [...paths],
    problems: problems.map(({ message }) => message),
  }
}

const manifest = (more: object = {}) => JSON.stringify({ name: 'local', version: '1.0.0', ...more })

t.test('a folder is selected as npm packs it', async (t) => {
  const { files, problems } = await read(t, {
    'package.json': manifest({ files: ['lib'], main: 'lib/index.js' }),
    '.npmrc': '//host/:_authToken=secret',
    '.git': { config: '' },
    'id.pem': '-----BEGIN PRIVATE KEY-----',
    LICENSE: '',
    lib: { 'index.js': '', '.hidden.json': '' },
    src: { 'index.ts': '' },
    node_modules: { other: { 'package.json': '{}' } },
  })
  t.strictSame(problems, [])
  t.strictSame(files.toSorted(), [
    'local/LICENSE',
    'local/lib/.hidden.json',
    'local/lib/index.js',
    'local/package.json',
  ])
})

t.test('ignore files count, and no file of npm itself comes along', async (t) => {
  const { files } = await read(t, {
    'package.json': manifest(),
    'index.js': '',
    '.gitignore': 'from-git',
    '.npmignore': 'private\n*.log',
    'from-git': '',
    'a.log': '',
    private: { 'a.txt': '' },
    'package-lock.json': '{}',
    '@scoped.js': '',
  })
  t.strictSame(files.toSorted(), [
    'local/@scoped.js',
    'local/from-git',
    'local/index.js',
    'local/package.json',
  ])
})

t.test('credentials that npm would publish stay out, and are named', async (t) => {
  const key = '-----BEGIN PRIVATE KEY-----\nMII'
  const local = {
    'package.json': manifest(),
    'index.js': '',
    'server.pem': key,
    'ca.pem': '-----BEGIN CERTIFICATE-----',
    '.netrc': '',
    '.aws': { credentials: '' },
    id_ed25519: '',
  }
  const { files, leftOut, problems } = await read(t, local)
  t.strictSame(problems, [])
  t.strictSame(files, ['local/ca.pem', 'local/index.js', 'local/package.json'])
  t.match(leftOut.toSorted(), [
    /^local\/\.aws\/credentials /,
    /^local\/\.netrc /,
    /^local\/id_ed25519 /,
    /^local\/server\.pem is a private key/,
  ])
  const environment = await read(t, { 'package.json': manifest(), '.env': 'A=1' })
  t.match(environment.problems, [/local\/\.env belongs.*Name it in 'files'/])
  const meant = {
    'package.json': manifest({ files: ['./.env', 'key.pem'] }),
    '.env': 'A=1',
    'key.pem': key,
  }
  t.strictSame((await read(t, meant)).files, ['local/.env', 'local/key.pem', 'local/package.json'])
  const pointer = 'version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n'
  t.match((await read(t, { 'package.json': manifest(), 'model.onnx': pointer })).problems, [
    /model\.onnx belongs.*git lfs pull/,
  ])
})

t.test('links are followed inside of the app, and refused where they lead out', async (t) => {
  const local = { 'package.json': manifest({ files: ['lib'] }), lib: { 'a.js': '' } }
  const shared = { shared: { 'b.js': '', deep: { 'c.js': '' } } }
  const inside = await read(t, local, {
    app: shared,
    links: {
      'local/lib/b.js': '../../../../shared/b.js',
      'local/lib/deep': '../../../../shared/deep',
    },
  })
  t.strictSame(inside.problems, [])
  t.strictSame(inside.files.toSorted(), [
    'local/lib/a.js',
    'local/lib/b.js',
    'local/lib/deep/c.js',
    'local/package.json',
  ])
  const outside = await read(t, local, {
    links: { 'local/lib/passwd': '/etc/passwd', 'local/lib/gone': './nothing' },
  })
  t.match(outside.problems.toSorted(), [
    /lib\/gone belongs to the package 'local' and is a link to nothing/,
    /lib\/passwd belongs to the package 'local' and is a link that leads out, to \/etc\/passwd/,
  ])
  const unselected = await read(t, local, { links: { 'local/dev/etc': '/etc' } })
  t.strictSame(unselected.problems, [], 'what npm would not pack is of no interest')
})

t.test('the folder itself may be a link, but not out of the app', async (t) => {
  const app = t.testdir({
    packages: { local: { 'package.json': manifest(), 'a.js': '' } },
    docker: { db: {} },
  })
  const directory = join(app, 'docker/db')
  await symlink('../../packages/local', join(directory, 'local'))
  const wanted = new Map([['local', 'file:local']])
  const found = await readLocalPackages(directory, wanted, 'package.json')
  t.strictSame(found.problems, [])
  t.strictSame(
    found.files.map(({ path }) => path),
    ['local/a.js', 'local/package.json'],
  )
  const elsewhere = t.testdirName + '-elsewhere'
  await mkdir(elsewhere, { recursive: true })
  t.teardown(() => rm(elsewhere, { recursive: true }))
  await writeFile(join(elsewhere, 'package.json'), manifest())
  await symlink(elsewhere, join(directory, 'out'))
  const out = await readLocalPackages(directory, new Map([['out', 'file:out']]), 'package.json')
  t.match(out.problems, [
    { message: /'out' is file:out, which leads to .*-elsewhere, outside of the app/ },
  ])
  t.strictSame(out.files, [])
})

t.test('packages that such a folder names in turn', async (t) => {
  const dependencies = { other: 'file:../other', far: '1.0.0' }
  const other = { 'package.json': '{"name":"other"}', 'b.js': '' }
  const { files, paths, problems } = await read(
    t,
    { 'package.json': manifest({ dependencies }) },
    { docker: { other } },
  )
  t.strictSame(problems, [])
  t.strictSame(paths, ['local', 'other'])
  t.ok(files.includes('other/b.js'))
  const away = await read(t, { 'package.json': manifest({ dependencies: { x: 'file:~/.aws' } }) })
  t.match(away.problems, [/local\/package\.json: 'x' is file:~\/\.aws, which leads outside/])
})

t.test('what is not built yet is said', async (t) => {
  const missing = async (more: object, files: Fixtures = {}) =>
    (await read(t, { 'package.json': manifest(more), ...files })).problems
  t.match(await missing({ main: 'dist/index.js' }), [
    /names main \(dist\/index\.js\).*Build the package first/,
  ])
  t.match(await missing({ exports: './dist/a.js' }), [/names exports \(dist\/a\.js\)/])
  const conditions = { '.': { import: './dist/a.mjs', require: './a.cjs' } }
  t.match(await missing({ exports: conditions }, { 'a.cjs': '' }), [
    /names exports \(dist\/a\.mjs\)/,
  ])
  const typed = { types: './dist/a.d.ts', default: './a.js' }
  t.strictSame(await missing({ exports: typed }, { 'a.js': '' }), [], 'types are for others')
  t.strictSame(await missing({ main: 'lib' }, { lib: { 'index.js': '' } }), [])
  t.strictSame(await missing({ main: './lib/a' }, { lib: { 'a.json': '' } }), [])
  t.strictSame(await missing({}, { 'data.json': '' }), [], 'data alone')
  t.match(
    await missing({ main: 'dist/a.js', files: ['src'] }, { '.npmignore': '', src: { 'a.ts': '' } }),
    [/Build the package first/],
  )
})

t.test('a name that is not there, or is no package', async (t) => {
  const directory = t.testdir({ docker: { db: { empty: {}, 'a.tgz': '' } } }) + '/docker/db'
  const wanted = new Map([
    ['gone', 'file:gone'],
    ['empty', './empty'],
    ['a', 'file:a.tgz'],
    ['b', '^1.0.0'],
    ['c', 'user/repository'],
  ])
  const { files, problems } = await readLocalPackages(directory, wanted, 'package.json')
  t.match(
    problems.map(({ message }) => message),
    [/'gone' is file:gone, which cannot be read/, /'empty' is \.\/empty, a folder without/],
  )
  t.strictSame(
    files.map(({ path }) => path),
    ['a.tgz'],
  )
})
