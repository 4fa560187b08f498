import { applyEdits, stableNames, type Edit } from './stable-names.ts'

/**
 * What esbuild is told to put in place of a module's location: CommonJS has no `import.meta`, and in
 * a bundle `__dirname` is that of the bundle. Modules may have variables of these names; `var`s, so
 * that one of a module beside one of the whole bundle is no error.
 */
export const location = {
  __dirname: '__arc_dirname',
  __filename: '__arc_filename',
  'import.meta.dirname': '__arc_dirname',
  'import.meta.filename': '__arc_filename',
  'import.meta.url': '__arc_import_meta_url',
  'import.meta.resolve': '__arc_import_meta_resolve',
  'require.resolve': '__arc_require_resolve',
} as const

/** A module that has a `require` of its own knows what it does. */
const ownRequire =
  /\bcreateRequire\b|\b(?:var|let|const)\s+require\b|\([^()]*\brequire\b[^()]*\)\s*(?:=>|\{)/
const computedImport = /(?<![\w$.])import\s*\((?=\s*[A-Za-z_$(])/g
const computedRequire =
  /\brequire\s*\((?=\s*(?:(['"])\.{1,2}\/[^'"]*\1\s*\+|`\.{1,2}\/[^`]*\$\{|[A-Za-z_$(]))/g

/**
 * Leaves `require` and `import()` of computed names to run time, from where the module is: esbuild makes a list of
 * the files that there may be, and misses names without extension and folders.
 */
export function deferComputed(text: string): string {
  const imports = text.replaceAll(computedImport, '__arc_import(')
  return ownRequire.test(text) ? imports : imports.replaceAll(computedRequire, '__arc_require(')
}

/** Variables of ours, which are set once where they are declared. */
export function isLocationName(name: string): boolean {
  return Object.values(location).some((own) => name.startsWith(own))
}

/** Functions that give a path of the function's folder its meaning, from inside the bundle. */
const makers = [
  ['__arc_path', 'var __arc_path=(at)=>require("node:path").join(__dirname,at);'],
  ['__arc_url', 'var __arc_url=(file)=>require("node:url").pathToFileURL(file).href;'],
  ['__arc_require_at', 'var __arc_require_at=(file)=>require("node:module").createRequire(file);'],
  [
    '__arc_resolver',
    'var __arc_resolver=(resolve)=>(id)=>{const at=resolve(id);' +
      'return require("node:path").isAbsolute(at)?require("node:url").pathToFileURL(at).href:at};',
  ],
  [
    '__arc_import_from',
    'var __arc_import_from=(from)=>(id,options)=>import(/^\\.{0,2}\\//.test(id)?new URL(id,from).href:id,options);',
  ],
] as const

/** Of modules that say nothing of their own place: where the bundle is. */
const meanings = [
  ['__arc_dirname', 'var __arc_dirname=__dirname;'],
  ['__arc_filename', 'var __arc_filename=__filename;'],
  ['__arc_import_meta_url', 'var __arc_import_meta_url=__arc_url(__filename);'],
  ['__arc_import_meta_resolve', 'var __arc_import_meta_resolve=__arc_resolver(require.resolve);'],
  ['__arc_require_resolve', 'var __arc_require_resolve=require.resolve;'],
] as const

const deferred = ['__arc_require', '__arc_import'] as const

/** What a module's text has where it uses one of our names, or will once esbuild has put it there. */
const placeUses = [
  ...Object.entries(location),
  ...deferred.map((name) => [`${name}(`, name] as const),
]

/** Most modules have none of them, and all are looked through. */
const asksPlace = new RegExp(
  placeUses.map(([use]) => use.replaceAll(/[.(]/g, String.raw`\$&`)).join('|'),
)

/**
 * The code to put before a module, so that it finds itself where a zip has it.
 * @param text the module's own
 * @param path its own, of the function's folder: `lib/page.js`
 * @param file the same, or `index.cjs` for the entry, whose place the bundle takes
 */
export function locationCode(text: string, path: string, file = path): string {
  if (!asksPlace.test(text)) return ''
  const folder = path.slice(0, Math.max(0, path.lastIndexOf('/')))
  const values = {
    __arc_dirname: `__arc_path(${JSON.stringify(folder)})`,
    __arc_filename: `__arc_path(${JSON.stringify(file)})`,
    __arc_import_meta_url: `__arc_url(__arc_path(${JSON.stringify(file)}))`,
    __arc_import_meta_resolve: `__arc_resolver(__arc_require_at(__arc_path(${JSON.stringify(path)})).resolve)`,
    __arc_require_resolve: `__arc_require_at(__arc_path(${JSON.stringify(path)})).resolve`,
    __arc_require: `__arc_require_at(__arc_path(${JSON.stringify(path)}))`,
    __arc_import: `__arc_import_from(__arc_url(__arc_path(${JSON.stringify(path)})))`,
  }
  const names = new Set(placeUses.filter(([use]) => text.includes(use)).map(([, name]) => name))
  return [...names].map((name) => `var ${name}=/* @__PURE__ */${values[name]};`).join('')
}

/** A bundle's final text, and what was done to get there, for its source map. */
export interface FinishedText {
  readonly text: string
  readonly edits: readonly Edit[]
  /** Lines put before the text. */
  readonly linesBefore: 0 | 1
}

/**
 * Takes what depends on the machine out of esbuild's output, and puts one line before it: the
 * prelude and the meaning of `import.meta`. `"use strict"` has to stay the first statement, and a
 * `#!` line cannot be second.
 */
export function finishText(output: string, prelude: string): FinishedText {
  const edits = stableNames(output)
  const hashbang = /^#!.*/.exec(output)?.[0] ?? ''
  if (hashbang !== '') edits.unshift({ start: 0, length: hashbang.length, text: '' })
  const text = applyEdits(output, edits)
  const names = [...new Set(text.match(/__arc_\w*/g))].join(' ')
  const used = meanings.filter(([name]) => names.includes(name)).map(([, meaning]) => meaning)
  const uses = used.join('') + names
  const needed = makers.filter(([name]) => uses.includes(name))
  const code = prelude + needed.map(([, maker]) => maker).join('') + used.join('')
  if (code === '') return { text, edits, linesBefore: 0 }
  const strict = /^\s*"use strict";/.test(text) ? '"use strict";' : ''
  return { text: `${strict}${code}\n${text}`, edits, linesBefore: 1 }
}
