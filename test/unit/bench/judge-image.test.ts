import t from 'tap'

import { judgeImage } from '../../../bench/peers/judge-image.ts'
import { type SmallEntry, smallImage, smallIndex } from '../../stand-in/registry/small-image.ts'

const base = [{ path: 'lambda-entrypoint.sh' }]
const packages = (version: string): readonly SmallEntry[] => [
  { path: 'var/task/node_modules/tslib/package.json', content: JSON.stringify({ version }) },
]
const code = (line: string): readonly SmallEntry[] => [
  { path: 'var/task/any-search/index.js', content: `exports.handler = () => '${line}'` },
]
const wanted = {
  sources: { line: 'changed', tslib: '2.6.1' },
  base: smallImage({ layers: [base] }).json.rootfs.diff_ids,
} as const

/** A registry that serves one image under every name. */
function serve(image: ReturnType<typeof smallImage>, manifest = image.manifest) {
  return {
    manifest: async () => ({ ...manifest }),
    blob: async (_repository: string, digest: string) =>
      [image.config, ...image.layers].find((blob) => blob.digest === digest)?.bytes,
  }
}

function judge(registry: ReturnType<typeof serve>): Promise<void> {
  return judgeImage(registry, { repository: 'bench', reference: 'latest' }, wanted, new Map())
}

t.test('an image with the base, the package and the line', async (t) => {
  await judge(serve(smallImage({ layers: [base, packages('2.6.1'), code('changed')] })))
  // As the plugin has it, packages above code.
  const own = [{ path: 'var/task/http/any-catchall/index.cjs', content: `'changed'` }]
  await t.resolves(judge(serve(smallImage({ layers: [base, own, packages('2.6.1')] }))))
})

t.test('an image that is not what was to be built', async (t) => {
  const right = [base, packages('2.6.1'), code('changed')]
  const cases = [
    [smallImage({ layers: right, architecture: 'amd64' }), /is for amd64/],
    [smallImage({ layers: [code('x'), ...right.slice(1)] }), /is on another base/],
    [smallImage({ layers: [base, packages('2.6.1'), code('before')] }), /does not have the line/],
    [smallImage({ layers: [base, packages('2.6.1')] }), /does not have the line/],
    [smallImage({ layers: [base, packages('2.6.0'), code('changed')] }), /has tslib 2\.6\.0/],
    // What lies above hides what lies below.
    [smallImage({ layers: [...right, code('before')] }), /does not have the line/],
  ] as const
  for (const [image, message] of cases) await t.rejects(judge(serve(image)), { message })
  const image = smallImage({ layers: right })
  const platform = { os: 'linux', architecture: 'arm64' }
  const index = smallIndex('oci', [{ manifest: image.manifest, platform }])
  await t.rejects(judge(serve(image, index)), { message: /image\.index/ })
})
