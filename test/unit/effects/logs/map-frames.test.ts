import { mkdir, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { runInNewContext } from 'node:vm'

import t from 'tap'

import { readImageSettings } from '../../../../plugin/core/settings/read-settings.ts'
import { createBundler } from '../../../../plugin/effects/bundle/create-bundler.ts'
import { readSource } from '../../../../plugin/effects/layer/read-source.ts'
import { mapFrames } from '../../../../plugin/effects/logs/map-frames.ts'

t.test(
  'a frame of a bundle has the place of the sources, without a map in the image',
  async (t) => {
    const appDirectory = t.testdir()
    const source = join(appDirectory, 'src/http/get-index')
    await mkdir(source, { recursive: true })
    await writeFile(
      join(source, 'index.mjs'),
      "import { fail } from './fail.mjs'\nexport const handler = async () => fail()\n",
    )
    await writeFile(
      join(source, 'fail.mjs'),
      "// first\nexport function fail() {\n  throw new TypeError('no')\n}\n",
    )
    const folder = 'http/get-index'
    const bundle = await createBundler({ appDirectory, shell: {} }).bundle({
      name: 'img',
      architecture: 'arm64',
      nodeVersion: 24,
      base: 'public.ecr.aws/lambda/nodejs:24',
      definition: {
        kind: 'package',
        directory: join(appDirectory, 'docker/img'),
        packageManager: 'npm',
      },
      settings: readImageSettings(),
      functions: [
        {
          logicalId: 'F',
          pragma: 'http',
          name: 'get /',
          folder,
          sourceDirectory: source,
          entryFile: join(source, 'index.mjs'),
          handlerExport: 'handler',
          command: `${folder}/index.handler`,
          environment: {},
        },
      ],
    })
    t.notMatch(bundle.files.map(({ path }) => path).join(), '.map')
    const code = bundle.files.find(({ path }) => path.endsWith('index.cjs'))?.source
    if (code?.kind !== 'bytes') throw new Error('no bundle')
    const module = { exports: { handler: async () => {} } }
    runInNewContext(
      Buffer.from(code.bytes).toString(),
      {
        module,
        exports: module.exports,
        require: createRequire(import.meta.url),
        process: { env: {}, chdir: () => {} },
        TypeError,
        __dirname: '/',
        __filename: '/',
      },
      { filename: `/var/task/${folder}/index.cjs` },
    )
    const error: unknown = await module.exports.handler().catch((thrown: unknown) => thrown)
    const stack = String(Reflect.get(Object(error), 'stack'))
      .split('\n')
      .slice(1)
    const texts = [...(bundle.maps ?? [])].map(
      ([path, source]) => [path, Buffer.from(readSource(source)).toString()] as const,
    )
    const mapped = mapFrames(stack, new Map(texts))
    t.match(mapped[0], /src\/http\/get-index\/fail\.mjs:3:\d+/)
    t.match(mapped[1], /src\/http\/get-index\/index\.mjs:2:\d+/)
    t.strictSame(mapFrames(['at x (/var/task/other.cjs:1:1)'], new Map(texts)), [
      'at x (/var/task/other.cjs:1:1)',
    ])
  },
)
