import { initSync, parse } from 'cjs-module-lexer'

/** What a bundle exports, as far as its text says. */
export interface Exports {
  readonly names: readonly string[]
  /** Nothing but a default can be exported beside `names`. */
  readonly complete: boolean
  /** All that a package outside of the bundle exports is exported too. */
  readonly fromOutside: boolean
}

/**
 * Reads the exports of esbuild's CommonJS output without running it. esbuild lists those of an ES
 * module in a form the lexer finds; `export *` from CommonJS and computed exports are not listed.
 */
export function readExports(text: string): Exports {
  const { exports, reexports } = lex(text)
  const fromModule = /\bmodule\.exports=__toCommonJS\(/.test(text)
  const reExports = /[;,]__reExport\(/.test(text)
  return {
    names: [...new Set(exports)].filter((name) => name !== '__esModule').toSorted(),
    complete: fromModule && !reExports && reexports.length === 0,
    fromOutside: reexports.length > 0,
  }
}

function lex(text: string): { exports: string[]; reexports: string[] } {
  initSync()
  try {
    const { exports, reexports } = parse(text)
    return { exports: [...exports], reexports: [...reexports] }
  } catch {
    return { exports: [], reexports: [] }
  }
}
