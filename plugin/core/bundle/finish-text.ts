import { applyEdits, stableNames, type Edit } from './stable-names.ts'

/** What esbuild is told to put in place of `import.meta`, which CommonJS has not. */
export const importMeta = {
  'import.meta.url': '__arc_import_meta_url',
  'import.meta.resolve': '__arc_import_meta_resolve',
  'import.meta.dirname': '__dirname',
  'import.meta.filename': '__filename',
} as const

const meanings = [
  [
    importMeta['import.meta.url'],
    `const ${importMeta['import.meta.url']}=require("node:url").pathToFileURL(__filename).href;`,
  ],
  [
    importMeta['import.meta.resolve'],
    `const ${importMeta['import.meta.resolve']}=(id)=>{const at=require.resolve(id);` +
      'return require("node:path").isAbsolute(at)?require("node:url").pathToFileURL(at).href:at};',
  ],
] as const

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
 * `#!` line cannot stand second.
 */
export function finishText(output: string, prelude: string): FinishedText {
  const edits = stableNames(output)
  const hashbang = /^#!.*/.exec(output)?.[0] ?? ''
  if (hashbang !== '') edits.unshift({ start: 0, length: hashbang.length, text: '' })
  const text = applyEdits(output, edits)
  const used = meanings.filter(([name]) => text.includes(name)).map(([, code]) => code)
  const code = prelude + used.join('')
  if (code === '') return { text, edits, linesBefore: 0 }
  const strict = /^\s*"use strict";/.test(text) ? '"use strict";' : ''
  return { text: `${strict}${code}\n${text}`, edits, linesBefore: 1 }
}
