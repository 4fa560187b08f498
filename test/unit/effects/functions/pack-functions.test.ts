import { chmod } from 'node:fs/promises'
import { join } from 'node:path'

import t, { type Test } from 'tap'

import type { ImageSettings, PlannedImage } from '../../../../plugin/core/model.ts'
import { packFunctions } from '../../../../plugin/effects/functions/pack-functions.ts'
import { planOf } from '../../../fixtures/corpus.ts'
import { remove, type Tree, writeTree } from '../../../fixtures/zip-parity.ts'
import { elfFile } from '../../../stand-in/inputs/elf-file.ts'

interface Given {
  readonly files: Tree
  readonly settings?: Partial<ImageSettings>
  readonly image?: Partial<PlannedImage>
  readonly prepare?: (app: string) => Promise<unknown>
}

const own = 'src/http/get-index'
const key = '-----BEGIN PRIVATE KEY-----\nMC4CAQAw\n-----END PRIVATE KEY-----\n'
const pointer = 'version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12345\n'

async function packed(t: Test, { files, settings, image, prepare }: Given) {
  const app = await writeTree({ [`${own}/index.js`]: '', ...files })
  t.teardown(() => remove(app))
  await prepare?.(app)
  const plan = planOf(
    app,
    { entry: 'http/get-index/index.js', ...(settings && { settings }) },
    'img',
  )
  const made = await packFunctions({ image: { ...plan, ...image }, appDirectory: app })
  return {
    files: made.files.map(({ path }) => path.replace('var/task/http/get-index/', '')),
    leftOut: made.leftOut,
    notes: made.notes,
  }
}

async function faults(t: Test, given: Given): Promise<string> {
  const error: unknown = await packed(t, given).then(
    () => undefined,
    (thrown: unknown) => thrown,
  )
  t.match(error, { code: /^(?:FILES_UNFIT|INCLUDE_INVALID)$/ })
  return error instanceof Error ? error.message.replaceAll(/\S*\/zip-parity-\w+/g, '<app>') : ''
}

t.test(
  'private keys, by content or by name, are left out and named; certificates go in',
  async (t) => {
    const certificate = '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n'
    const { files, notes } = await packed(t, {
      files: {
        [`${own}/signing.pem`]: key,
        [`${own}/both.crt`]: certificate + key.replace('PRIVATE', 'RSA PRIVATE'),
        [`${own}/old.asc`]: '-----BEGIN PGP PRIVATE KEY BLOCK-----\n',
        [`${own}/account.json`]: JSON.stringify({ private_key: key }),
        [`${own}/values.yaml`]: `key: |\n  ${key.replaceAll('\n', '\n  ')}`,
        [`${own}/flow.yaml`]: `key: '${key}'`,
        [`${own}/shell.conf`]: `KEY=${key}`,
        [`${own}/windows.pem`]: `\uFEFF${key.replaceAll('\n', '\r\n')}`,
        [`${own}/chain.json`]: JSON.stringify({ chain: certificate + key }),
        [`${own}/prose.txt`]: 'It begins with -----BEGIN PRIVATE KEY-----, as PEM does.',
        [`${own}/strings.wasm`]: '\0-----BEGIN PRIVATE KEY-----\n\0',
        [`${own}/ca.pem`]: certificate,
        [`${own}/public.pem`]: key.replaceAll('PRIVATE', 'PUBLIC'),
        [`${own}/id_ed25519`]: '',
        [`${own}/.npmrc`]: '//r/:_authToken=x',
        [`${own}/.git/config`]: '',
        [`${own}/.aws/credentials`]: '',
        [`${own}/make-key.js`]: `module.exports = "${key.slice(0, 27)}"`,
        [`${own}/docs.md`]: `    ${key}`,
      },
    })
    const kept = ['ca.pem', 'docs.md', 'make-key.js', 'prose.txt', 'public.pem', 'strings.wasm']
    t.strictSame(files, kept)
    t.match(notes, [
      /^Left out of http get-index: \.aws\/credentials, which is in \.aws\/, .*; and 8 more\. 'include' packs what it names\.$/,
    ])
  },
)

t.test('include packs them all the same', async (t) => {
  const { files, notes } = await packed(t, {
    files: { [`${own}/signing.pem`]: key, [`${own}/.npmrc`]: '', [`${own}/.env`]: 'A=1' },
    settings: { include: ['signing.pem', '.npmrc', '.env'] },
  })
  t.strictSame([files, notes], [['.env', '.npmrc', 'signing.pem'], []])
})

t.test('.env is a question that include or exclude answers', async (t) => {
  const files = { [`${own}/.env`]: 'A=1', [`${own}/config/.env.production`]: '' }
  t.equal(
    await faults(t, { files }),
    `Image 'img' cannot hold these files as they are:
- <app>/${own}/.env may hold secrets of yours or values that the code reads. Write 'include .env' to pack it, or 'exclude .env'.
- <app>/${own}/config/.env.production may hold secrets of yours or values that the code reads. Write 'include config/.env.production' to pack it, or 'exclude config/.env.production'.`,
  )
  const { files: kept } = await packed(t, {
    files: { ...files, [`${own}/node_modules/x/.env`]: '' },
    settings: { include: ['.env'], exclude: ['config'] },
  })
  t.strictSame(kept, ['.env', 'node_modules/x/.env'])
})

t.test('exclude takes paths and patterns, and needs no file that it names', async (t) => {
  const { files } = await packed(t, {
    files: {
      [`${own}/[id].html`]: '',
      [`${own}/i.html`]: '',
      [`${own}/test/a.js`]: '',
      [`${own}/lib/a.test.js`]: '',
      [`${own}/lib/.hidden.test.js`]: '',
      [`${own}/lib/a.js`]: '',
    },
    settings: { exclude: ['[id].html', 'test/', '**/*.test.js', '.env'] },
  })
  t.strictSame(files, ['i.html', 'lib/a.js'])
})

t.test(
  'include takes a name literally before it is a pattern, and says what matches nothing',
  async (t) => {
    t.match(
      await faults(t, { files: {}, settings: { include: ['*.md', 'gone'] } }),
      /- '\*\.md' matches no file of any of its functions\n- 'gone' matches no file/,
    )
  },
)

t.test('links that lead out are refused by name, unless they are excluded', async (t) => {
  const files = { [`${own}/pw`]: { link: '/etc/passwd' }, [`${own}/gone`]: { link: 'nowhere' } }
  t.match(await faults(t, { files }), `- <app>/${own}/pw is a link that leads out, to /etc/passwd.`)
  const { notes } = await packed(t, { files, settings: { exclude: ['pw'] } })
  t.strictSame(notes, [
    "Left out of http get-index: gone, which is a link to nothing (nowhere). 'include' packs what it names.",
  ])
  t.match(
    await faults(t, { files, settings: { exclude: ['pw'], include: ['gone'] } }),
    /gone is a link to nothing/,
  )
})

t.test('a pointer of Git LFS is no file', async (t) => {
  t.match(
    await faults(t, { files: { [`${own}/model.onnx`]: pointer } }),
    /model\.onnx is a pointer of Git LFS, not the file\. Run 'git lfs pull'\./,
  )
})

t.test('native files are judged wherever they are', async (t) => {
  const arm = elfFile({ machine: 'arm64' })
  const x86 = elfFile({ machine: 'x86_64' })
  const told = await faults(t, {
    files: {
      [`${own}/addon.node`]: x86,
      [`${own}/lib/musl.so`]: elfFile({ needed: ['libc.musl-aarch64.so.1'] }),
      [`${own}/bin/tool`]: x86,
      [`${own}/new.node`]: elfFile({ versions: ['GLIBC_2.99'] }),
      [`${own}/node_modules/pkg/package.json`]: '{"name":"pkg"}',
      [`${own}/node_modules/pkg/build/a.node`]: x86,
      [`${own}/mac.dylib`]: Buffer.from('cffaedfe0c000001', 'hex'),
    },
  })
  t.match(
    told,
    /addon\.node is for Linux on x86_64, and the function runs on linux\/arm64 with glibc\.\n/,
  )
  t.match(told, /lib\/musl\.so is for Linux on arm64 with musl/)
  t.match(told, /bin\/tool is for Linux on x86_64/)
  t.match(told, /new\.node needs glibc 2\.99, and public\.ecr\.aws\/lambda\/nodejs:24 has 2\.34/)
  t.match(told, /pkg\/build\/a\.node is .*\. Put the package into the image's package\.json/)
  t.match(told, /mac\.dylib is for macOS/)

  const { files } = await packed(t, {
    files: {
      [`${own}/fits.node`]: arm,
      [`${own}/bin/linux-x64/tool`]: x86,
      [`${own}/bin/linux-arm64/tool`]: arm,
      [`${own}/node_modules/pre/prebuilds/linux-x64/pre.node`]: x86,
      [`${own}/node_modules/pre/prebuilds/linux-arm64/pre.node`]: arm,
      [`${own}/node_modules/pre/prebuilds/darwin-arm64/pre.node`]: Buffer.from(
        'cffaedfe0c000001',
        'hex',
      ),
      [`${own}/node_modules/fsevents/package.json`]: '{"os":["darwin"]}',
      [`${own}/node_modules/fsevents/fsevents.node`]: Buffer.from('cffaedfe0c000001', 'hex'),
      [`${own}/object.o`]: Buffer.concat([
        x86.subarray(0, 16),
        Buffer.from([1, 0]),
        x86.subarray(18),
      ]),
    },
    prepare: (app) => chmod(join(app, own, 'bin/linux-x64/tool'), 0o755),
  })
  t.equal(files.length, 9)
})

t.test('what Lambda would load in place of the bundle', async (t) => {
  for (const [file, name] of [
    ['index.mjs', 'index.mjs'],
    ['index', 'index'],
    ['index/deep/a.txt', 'index/'],
  ] as const) {
    const files = { [`${own}/${file}`]: '' }
    t.match(
      await faults(t, { files }),
      `would be loaded by Lambda in place of the bundle, index.cjs, since it looks for '${name}' first. Rename it, or write 'exclude ${name.replace('/', '')}' if it is a leftover.`,
    )
    const { files: kept } = await packed(t, { files, settings: { exclude: [name] } })
    t.strictSame(kept, [])
  }
})

t.test(
  'what has the name of the bundle, or would hide it from the folder of the image',
  async (t) => {
    const definition = {
      'docker/img/package.json': '{}',
      'docker/img/package-lock.json': '{"lockfileVersion":3,"packages":{}}',
    }
    t.match(
      await faults(t, { files: { [`${own}/index.cjs`]: '' } }),
      "src/http/get-index/index.cjs has the name of the bundle. Rename it, or write 'exclude index.cjs' if it is a leftover.",
    )
    t.match(
      await faults(t, { files: { ...definition, 'docker/img/http/get-index/index.cjs': '' } }),
      "- /var/task/http/get-index/index.cjs of the image has the name of the bundle. Rename it, or write 'exclude http/get-index/index.cjs'",
    )
    t.match(
      await faults(t, { files: { ...definition, 'docker/img/http/get-index/index.mjs': '' } }),
      "- /var/task/http/get-index/index.mjs of the image would be loaded by Lambda in place of the bundle, index.cjs, since it looks for 'index.mjs' first.",
    )
  },
)

t.test('a name that takes files away in a layer is no file', async (t) => {
  const files = { [`${own}/.wh.data`]: '', [`${own}/d/.wh..wh..opq`]: '' }
  const message = await faults(t, { files, settings: { include: ['.wh.data'] } })
  t.match(message, "get-index/.wh.data begins with '.wh.', by which a layer of an image takes")
  t.match(message, 'get-index/d/.wh..wh..opq begins with')
  t.strictSame((await packed(t, { files, settings: { exclude: ['.wh.data', 'd'] } })).files, [])
})

t.test(
  'of Python what the machine made stays out, and modules without sources go in',
  async (t) => {
    const { files } = await packed(t, {
      image: { language: 'python' },
      files: {
        [`${own}/index.pyc`]: '',
        [`${own}/lib/sold.pyc`]: '',
        [`${own}/lib/__pycache__/own.cpython-312.pyc`]: '',
        [`${own}/venv/__init__.py`]: '',
        [`${own}/.env/pyvenv.cfg`]: '',
        [`${own}/.env/bin/python`]: { link: '/usr/bin/env' },
      },
    })
    t.strictSame(files, ['index.js', 'index.pyc', 'lib/sold.pyc', 'venv/__init__.py'])
  },
)

t.test('credentials by where a link leads, whatever it is called', async (t) => {
  const files: Tree = {
    '.npmrc': '//registry.example/:_authToken=npm_x',
    '.git/config': '',
    '.env': 'A=1',
    'data/a.txt': '',
    [`${own}/settings.ini`]: { link: '../../../.npmrc' },
    [`${own}/repository`]: { link: '../../../.git' },
    [`${own}/data`]: { link: '../../../data' },
  }
  const { files: kept, notes } = await packed(t, { files })
  t.strictSame(kept, ['data/a.txt'])
  t.match(notes.join(), 'repository/config, which is in .git/, which no function reads')
  t.match(notes.join(), 'settings.ini, which mostly holds credentials')

  const asked = { ...files, [`${own}/values`]: { link: '../../../.env' } }
  t.match(
    await faults(t, { files: asked }),
    "get-index/values is a link to .env and may hold secrets of yours or values that the code reads. Write 'include values' to pack it",
  )
  const included = await packed(t, { files: asked, settings: { include: ['values'] } })
  t.ok(included.files.includes('values'))
})

t.test('files beside docker/<image>/package.json, as they lie', async (t) => {
  const definition = {
    'docker/img/package.json': '{"dependencies":{"local":"file:./local"}}',
    'docker/img/package-lock.json': '{"lockfileVersion":3,"packages":{}}',
    'docker/img/.npmrc': '',
    'docker/img/node_modules/x/index.js': '',
    'docker/img/local/package.json': '{"name":"local","version":"1.0.0"}',
    'docker/img/local/index.js': '',
  }
  const { files, notes } = await packed(t, {
    files: {
      ...definition,
      'docker/img/models/a.onnx': 'model',
      'docker/img/fonts/.uuid': '',
      'docker/img/key.pem': key,
    },
  })
  t.strictSame(files, ['var/task/fonts/.uuid', 'var/task/models/a.onnx'])
  t.match(notes, [/^Left out of image 'img': key\.pem, which is a private key/])
  t.match(
    await faults(t, {
      files: {
        ...definition,
        'docker/img/models/a.onnx': pointer,
        'docker/img/out': { link: '/etc' },
      },
    }),
    /docker\/img\/out is a link that leads out[^]*a\.onnx is a pointer of Git LFS/,
  )
  t.match(
    await faults(t, {
      files: { ...definition, [`docker/img/http/get-index/a.txt`]: '', [`${own}/a.txt`]: '' },
    }),
    /- \/var\/task\/http\/get-index\/a\.txt is of http get-index and of image 'img'\. Rename one of them\./,
  )
})
