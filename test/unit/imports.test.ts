import { existsSync, readFileSync } from 'node:fs'
import { readdir, readFile } from 'node:fs/promises'
import { dirname, join, relative, resolve, sep } from 'node:path'
import t from 'tap'

const root = resolve(import.meta.dirname, '../../plugin')

/** The floors of docs/architecture.md, from the top; a file imports from its own floor or below. */
const floors = [
  'index.ts hooks.ts sandbox.ts cli.ts cli node-version.ts',
  'deploy.ts actions',
  'effects',
  'ports',
  'core',
  'oci',
  'errors.ts',
]

/**
 * A row for each room of `core` and `effects`: the rooms beside it that its files may import from.
 * A new room gets a row here and a README.md that says what it is, where to begin, and what must
 * never come in. Files beside the rooms, and `core/basics`, are open to every room.
 */
const rooms: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  core: {
    arc: 'arc-text dockerfile settings stack',
    'arc-text': '',
    basics: '',
    bundle: 'arc settings',
    contents: 'bundle image natives walk',
    dependencies: 'arc-text bundle natives',
    dockerfile: '',
    doctor: '',
    edges: 'script',
    environment: 'arc',
    events: 'arc template',
    folder: 'dependencies natives',
    image: 'arc dependencies environment',
    invoke: 'arc start',
    logs: '',
    natives: '',
    'package-bundle': 'edges walk',
    page: 'contents stats',
    pieces: 'edges script',
    plan: 'arc environment settings stack template',
    report: 'arc events',
    retention: 'image template',
    sbom: 'contents dependencies',
    script: 'bundle',
    secrets: '',
    settings: 'arc-text dockerfile stack',
    setup: 'arc arc-text settings',
    stack: '',
    start: 'edges image walk',
    stats: 'events template',
    sync: 'arc stack template',
    template: 'environment',
    walk: 'bundle dependencies edges natives pieces script',
  },
  effects: {
    architect: 'aws folder secrets',
    aws: '',
    base: 'aws cache ecr registry',
    bundle: 'architect bundle-memory cache dependencies folder functions handler secrets temporary',
    'bundle-memory': 'cache functions',
    cache: 'temporary',
    contents: 'base cache dependencies dockerfile embedded folder image layer',
    dependencies: 'architect cache folder secrets temporary',
    dockerfile: 'base cache dependencies folder image layer secrets temporary walk',
    doctor: 'aws dockerfile ecr registry runners',
    ecr: 'aws registry secrets',
    embedded: 'base bundle cache dependencies folder lambda-layers layer temporary unpacked walk',
    environment: 'lambda-layers layer',
    events: 'architect secrets stacks',
    folder: 'cache',
    functions: 'architect dependencies folder secrets',
    handler: '',
    image: 'cache layer',
    invoke: 'aws cache dependencies dockerfile registry runners runtime start temporary',
    lambda: 'aws',
    'lambda-layers': 'aws cache layer',
    layer: 'cache folder temporary',
    logs: 'aws lambda stacks',
    plan: 'bundle dependencies embedded',
    registry: 'secrets',
    report: 'architect cache dependencies secrets stacks',
    retention: 'aws ecr stacks',
    runners: 'cache image layer runtime temporary',
    runtime: '',
    sandbox: 'architect cache dependencies temporary',
    secrets: '',
    setup: 'folder',
    stacks: 'aws lambda',
    start: 'cache image layer runners runtime',
    stats: 'aws',
    sync: 'aws bundle cache lambda',
    temporary: '',
    unpacked: 'cache dependencies folder layer secrets temporary',
    walk: 'cache folder image layer',
  },
}

const files = (await readdir(root, { recursive: true, withFileTypes: true }))
  .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
  .map((entry) => join(entry.parentPath, entry.name))

t.test('every file stands on a floor', (t) => {
  t.ok(files.length > 5)
  for (const file of files) t.not(floorOf(file), -1, relative(root, file))
  t.end()
})

t.test('imports point down only', async (t) => {
  for (const file of files)
    for (const target of await ownImportsOf(file))
      t.ok(floorOf(target) >= floorOf(file), `${relative(root, file)} -> ${relative(root, target)}`)
})

t.test('no circle of files', async (t) => {
  const imports = new Map<string, readonly string[]>()
  for (const file of files) imports.set(file, await ownImportsOf(file))
  const done = new Set<string>()
  const visit = (file: string, path: readonly string[]): void => {
    if (path.includes(file)) {
      const circle = [...path.slice(path.indexOf(file)), file].map((each) => relative(root, each))
      t.fail(circle.join(' -> '))
      return
    }
    if (done.has(file)) return
    for (const target of imports.get(file) ?? []) visit(target, [...path, file])
    done.add(file)
  }
  for (const file of files) visit(file, [])
  t.equal(done.size, files.length)
})

/** Whether a room's page says where to begin, and names a file that is there. */
function tells(room: string): boolean {
  const page = join(root, room, 'README.md')
  const text = existsSync(page) ? readFileSync(page, 'utf8') : ''
  const [, named = ''] = /^- Begin with: .*?`([^`]+)`/m.exec(text) ?? []
  return named !== '' && existsSync(join(root, room, named)) && text.includes('- Never here: ')
}

t.test('every room has a row and a README.md', (t) => {
  for (const [floor, rows] of Object.entries(rooms)) {
    const there = new Set(files.flatMap((file) => roomOf(file, floor) ?? []))
    t.strictSame(Object.keys(rows), [...there].toSorted(), `rooms of plugin/${floor}, in order`)
    for (const room of there) t.ok(tells(join(floor, room)), room)
  }
  for (const room of ['actions', 'cli', 'core', 'effects', 'oci', 'ports']) t.ok(tells(room), room)
  t.end()
})

t.test('rooms import from those of their row only', async (t) => {
  for (const [floor, rows] of Object.entries(rooms))
    for (const file of files) {
      const own = roomOf(file, floor)
      if (own === undefined) continue
      const allowed = new Set([own, 'basics', ...(rows[own] ?? '').split(' ')])
      const others = (await ownImportsOf(file)).flatMap((target) => roomOf(target, floor) ?? [])
      const foreign = others.filter((room) => !allowed.has(room))
      t.strictSame(
        foreign,
        [],
        `${relative(root, file)} imports from rooms that are not in the row '${own}'`,
      )
    }
})

t.test('no room leads back to itself', (t) => {
  for (const [floor, rows] of Object.entries(rooms)) {
    const reached = (room: string, seen = new Set<string>()): ReadonlySet<string> => {
      for (const next of (rows[room] ?? '').split(' ').filter((name) => name !== ''))
        if (!seen.has(next)) reached(next, seen.add(next))
      return seen
    }
    for (const room of Object.keys(rows)) t.notOk(reached(room).has(room), `${floor}/${room}`)
  }
  t.end()
})

t.test('flows know no effect', async (t) => {
  for (const file of files.filter((file) => floorOf(file) === 1)) {
    const effects = (await ownImportsOf(file)).filter((target) => target.includes('effects'))
    t.strictSame(effects, [], relative(root, file))
  }
})

t.test('core and oci are pure', async (t) => {
  const allowed = new Set([
    'node:crypto',
    'node:path',
    'node:path/posix',
    'acorn',
    'cjs-module-lexer',
    'd3-hierarchy',
    'dockerfile-ast',
    'minimatch',
    'spdx-expression-parse',
    'yaml',
  ])
  for (const file of files.filter((file) =>
    ['core', 'oci'].includes(relative(root, file).split(sep)[0] ?? ''),
  )) {
    const source = await readFile(file, 'utf8')
    const foreign = importsOf(source).filter((path) => !path.startsWith('.') && !allowed.has(path))
    t.strictSame(foreign, [], relative(root, file))
    const code = source.replaceAll(/`[^`]*`|'[^'\n]*'|\/\*[^]*?\*\/|\/\/.*/g, '')
    t.notMatch(code, /process\.(env|cwd|stdout|argv)/, `${relative(root, file)} reads no process`)
  }
})

function floorOf(file: string): number {
  const [first = ''] = relative(root, file).split(sep)
  return floors.findIndex((floor) => floor.split(' ').includes(first))
}

/** The room of a file on a floor; `undefined` for files beside the rooms, and on other floors. */
function roomOf(file: string, floor: string): string | undefined {
  const [first, room, ...rest] = relative(root, file).split(sep)
  return first === floor && rest.length > 0 ? room : undefined
}

async function ownImportsOf(file: string): Promise<readonly string[]> {
  const imports = importsOf(await readFile(file, 'utf8'))
  return imports.filter((path) => path.startsWith('.')).map((path) => resolve(dirname(file), path))
}

function importsOf(source: string): string[] {
  const found = source.matchAll(/\bfrom\s+'([^']+)'|(?<!')\bimport\s*\(?\s*'([^']+)'/g)
  return [...found].map(([, named, bare]) => named ?? bare ?? '')
}
