import { readManifests } from '../walk/manifests.ts'
import { nodeTarget, type NodeTarget } from '../walk/node-target.ts'
import { formatOf } from '../walk/node-format.ts'
import { type Necessity, weaker } from '../edges/edge.ts'
import { readEdges } from '../walk/read-edges.ts'
import { type Resolver, resolveModule } from '../walk/resolve-module.ts'
import type { ShippedTree } from '../walk/shipped-tree.ts'

/** A module of a package that can be loaded from elsewhere than its own file. */
export interface GatheredModule {
  /** Its file, from the image's root and without links. */
  readonly path: string
  readonly bytes: Uint8Array
  readonly necessity: Necessity
  /** What it asks for, and the path of the file that Node finds for it. */
  readonly requests: ReadonlyMap<string, string>
}

/** Only what is below is gathered. */
export const packagesFolder = 'var/task/node_modules/'

/** Where handlers are looked from; every one of them sees the same packages. */
const handler = 'var/task/index.cjs'

/**
 * Follows what `require` of packages loads, as far as its text tells: CommonJS and JSON. Whatever is
 * not certain is left to Node: a request that another switch of Node's may answer otherwise, a file
 * that is no plain text.
 * @param names of packages, as handlers ask for them
 * @returns modules by path, and of them those that the names lead to
 */
export function gatherModules(
  tree: ShippedTree,
  names: readonly string[],
  nodeVersion: number,
  isBuiltin: NodeTarget['isBuiltin'],
): { readonly modules: ReadonlyMap<string, GatheredModule>; readonly entries: readonly string[] } {
  const target = nodeTarget(nodeVersion, {}, isBuiltin)
  const manifests = readManifests(tree)
  const resolvers = [false, true].map((requireModule): Resolver => ({
    tree,
    manifests,
    target: { ...target, requireModule },
  }))
  const modules = new Map<string, GatheredModule>()
  const unfit = new Set<string>()
  const waiting: { readonly path: string; readonly necessity: Necessity }[] = []

  const find = (from: string, specifier: string): string | undefined => {
    const [first, second] = resolvers.map((one) => resolveModule(one, from, specifier, 'require'))
    if (first?.kind !== 'file' || second?.kind !== 'file') return undefined
    return first.path === second.path && first.path.startsWith(packagesFolder)
      ? first.path
      : undefined
  }
  const entries = names.flatMap((name) => find(handler, name) ?? [])
  for (const path of entries) waiting.push({ path, necessity: 'eager' })

  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const { path, necessity } = next
    const before = modules.get(path)
    if (unfit.has(path) || (before && weaker(before.necessity, necessity) === necessity)) continue
    const read = readModule(tree, path, formatOf(manifests, path))
    if (read === undefined) {
      unfit.add(path)
      continue
    }
    const found = read.edges.flatMap((edge) => {
      const to = edge.mode === 'require' ? find(path, edge.specifier) : undefined
      return to === undefined ? [] : [{ ...edge, to }]
    })
    const requests = new Map(found.map(({ specifier, to }) => [specifier, to]))
    modules.set(path, { path, bytes: read.bytes, necessity, requests })
    for (const { to, necessity: own } of found)
      waiting.push({ path: to, necessity: weaker(necessity, own) })
  }
  return { modules, entries: [...new Set(entries)].filter((path) => modules.has(path)) }
}

type Read = Pick<GatheredModule, 'bytes'> & Pick<ReturnType<typeof readEdges>, 'edges'>

function readModule(
  tree: ShippedTree,
  path: string,
  format: ReturnType<typeof formatOf>,
): Read | undefined {
  if (path.endsWith('.json')) {
    const bytes = plainText(tree, path)
    return bytes && isJson(bytes) ? { bytes, edges: [] } : undefined
  }
  if (!/\.c?js$/.test(path) || format === 'module') return undefined
  const bytes = plainText(tree, path)
  if (bytes === undefined) return undefined
  const { edges, syntax } = readEdges({ path, text: bytes.toString(), isModule: false })
  return syntax === 'as expected' ? { bytes, edges } : undefined
}

/** Text that is read back as it is: UTF-8 without a mark of its byte order. */
function plainText(tree: ShippedTree, path: string): Buffer | undefined {
  const bytes = Buffer.from(tree.read(path))
  const isSame = Buffer.from(bytes.toString()).equals(bytes)
  return isSame && !bytes.subarray(0, 3).equals(byteOrderMark) ? bytes : undefined
}

const byteOrderMark = Buffer.from([0xef, 0xbb, 0xbf])

function isJson(bytes: Buffer): boolean {
  try {
    JSON.parse(bytes.toString())
    return true
  } catch {
    return false
  }
}
