import t from 'tap'

import type { ArchivedEntry } from '../../../../plugin/core/image/archived-entry.ts'
import { checkContents } from '../../../../plugin/core/image/check-contents.ts'
import { treeOf } from '../../../../plugin/core/image/image-tree.ts'
import type { Program } from '../../../../plugin/core/image/program.ts'
import type { PlannedImage } from '../../../../plugin/core/model.ts'
import { digestOf } from '../../../../plugin/oci/digest.ts'
import { dockerfileImage } from '../../effects/dockerfile/dockerfile-image.ts'

const arm: Program = { format: 'elf', machine: 'arm64' }
const intel: Program = { format: 'elf', machine: 'x86_64' }
const shell: Program = { format: 'script', interpreter: '/bin/sh' }

const file = (
  path: string,
  program?: Program,
  more: Partial<ArchivedEntry> = {},
): ArchivedEntry => ({
  path,
  kind: 'file',
  allowed: 5,
  ...(program && { program }),
  ...more,
})
const base = [
  file('bin/sh', arm),
  file('lambda-entrypoint.sh', shell),
  file('var/lang/bin/node', arm, { node: 24 }),
]
const image: PlannedImage = {
  ...dockerfileImage('/app'),
  base: 'registry.example/base:1',
  definition: { kind: 'package', directory: '/app/docker/img', packageManager: 'npm' },
}
const fromDockerfile = dockerfileImage('/app')

function check(
  layers: readonly (readonly ArchivedEntry[])[],
  of = image,
  entry = '/lambda-entrypoint.sh',
) {
  const config = {
    architecture: 'arm64',
    os: 'linux',
    config: { Env: ['PATH=/var/lang/bin:/usr/local/bin:/usr/bin'] },
    rootfs: { type: 'layers' as const, diff_ids: [digestOf('')] },
  }
  return checkContents(of, { uri: 'repo@sha256:1', config, tree: treeOf(layers) }, [entry])
}

t.test('a sound base', (t) => {
  t.strictSame(check([base]), [])
  t.strictSame(check([base], image, 'node'), [], 'an entry point that PATH finds')
  const debian = [
    { path: 'bin', kind: 'symlink' as const, target: 'usr/bin', allowed: 7 },
    file('usr/bin/dash', { ...arm, interpreter: '/lib/ld.so' }),
    { path: 'usr/bin/sh', kind: 'symlink' as const, target: 'dash', allowed: 7 },
    file('usr/lib/ld.so', arm),
    { path: 'lib', kind: 'symlink' as const, target: 'usr/lib', allowed: 7 },
    file('lambda-entrypoint.sh', shell),
  ]
  t.strictSame(check([debian]), [], 'links as Debian has them, and a language nobody finds')
  t.end()
})

const entryFaults: Readonly<Record<string, readonly [readonly ArchivedEntry[], RegExp, string?]>> =
  {
    'is not there': [[], /\/docker-entrypoint\.sh is not in the image\./, '/docker-entrypoint.sh'],
    'was removed by an upper layer': [[file('.wh.lambda-entrypoint.sh')], /is not in the image/],
    'is a link to nothing': [
      [{ path: 'lambda-entrypoint.sh', kind: 'symlink', target: '/gone', allowed: 7 }],
      /is not in the image/,
    ],
    'is the Command': [[], /is not in the image/, 'http/get-index/index.handler'],
    'is not executable': [
      [file('lambda-entrypoint.sh', shell, { allowed: 4 })],
      /not a file that Lambda's user may execute/,
    ],
    'is a folder': [[], /not a file/, '/var/lang'],
    "has no '#!'": [[file('lambda-entrypoint.sh')], /neither an ELF program nor/],
    'ends its first line as Windows does': [
      [file('lambda-entrypoint.sh', { format: 'script', interpreter: '/bin/sh\r' })],
      /carriage return/,
    ],
    'lacks its interpreter': [
      [file('lambda-entrypoint.sh', { format: 'script', interpreter: '/bin/bash' })],
      /\/bin\/bash, which \/lambda-entrypoint\.sh begins with, is not in the image/,
    ],
    'lacks its loader': [
      [file('bin/sh', { ...arm, interpreter: '/lib/ld-musl-aarch64.so.1' })],
      /needs \/lib\/ld-musl-aarch64\.so\.1, which is not in the image/,
    ],
  }

for (const [name, [layer, message, entry]] of Object.entries(entryFaults)) {
  t.test(`an entry point that ${name}`, (t) => {
    const code = 'IMAGE_ENTRY_POINT_UNFIT'
    t.throws(() => check([base, layer], image, entry), { code, message })
    t.throws(() => check([base, layer], image, entry), { message: /registry\.example\/base:1/ })
    t.throws(() => check([base, layer], fromDockerfile, entry), {
      message: /docker\/img\/Dockerfile/,
    })
    t.end()
  })
}

t.test('layers of another machine under a config that says arm64', (t) => {
  const code = 'IMAGE_PLATFORM_WRONG'
  const foreign = [file('bin/sh', intel), file('lambda-entrypoint.sh', shell)]
  t.throws(() => check([foreign]), {
    code,
    message:
      /says that it is for linux\/arm64, and its \/bin\/sh is for x86_64.*The base registry\.example\/base:1/s,
  })
  t.throws(() => check([base, [file('var/lang/bin/node', intel)]], fromDockerfile), {
    code,
    message: /var\/lang\/bin\/node is for x86_64.*docker\/img\/Dockerfile/s,
  })
  const python = { ...fromDockerfile, language: 'python' as const, nodeVersion: 0 }
  t.throws(() => check([base, [file('var/lang/bin/python3.13', intel)]], python), { code })
  t.throws(
    () => check([[file('bin/sh', { ...intel, interpreter: '/lib64/ld.so' }), ...foreign.slice(1)]]),
    { code },
    'the loader of another machine is missing too, and is not the reason',
  )
  t.end()
})

t.test('native files of packages', (t) => {
  const modules = 'var/task/node_modules'
  const passing = [
    [
      file(`${modules}/a/prebuilds/linux-x64/a.node`, intel),
      file(`${modules}/a/prebuilds/linux-arm64/a.node`, arm),
    ],
    [
      file(`${modules}/@img/sharp-linux-x64/s.node`, intel),
      file(`${modules}/@img/sharp-linux-arm64/s.node`, arm),
    ],
    [file(`${modules}/a/bin/tool`, intel)],
    [file('var/task/http/get-index/other.node', intel)],
  ]
  for (const layer of passing) t.strictSame(check([base, layer]), [])
  const foreign = [
    file(`${modules}/bcrypt/b.node`, arm),
    file(`${modules}/@lancedb/lancedb-linux-x64-gnu/l.node`, intel),
  ]
  t.throws(() => check([base, foreign], fromDockerfile), {
    code: 'IMAGE_PLATFORM_WRONG',
    message: /@lancedb\/lancedb \(\/var\/task\/node_modules\/@lancedb.*COPY --from/s,
  })
  t.end()
})

t.test('a base for another Node or another language is named', (t) => {
  const [note] = check([base, [file('var/lang/bin/node', arm, { node: 22 })]])
  t.match(note, /The base registry\.example\/base:1 has Node 22.*written for Node 24/)
  const python = { ...fromDockerfile, language: 'python' as const, nodeVersion: 0 }
  t.throws(() => check([base], python), {
    code: 'BASE_UNFIT',
    message: /has Node .* and no Python/,
  })
  const other = [...base.slice(0, 2), file('var/lang/bin/python3.13', arm)]
  t.throws(() => check([other]), { code: 'BASE_UNFIT', message: /has Python .* and no Node/ })
  t.end()
})
