import type { FileEdges } from './edge.ts'

/** Texts that look as if they led to another file, and do not. */
const inert = [
  // A line of its own, unless a template goes on or ends in it.
  /^[ \t]*\/\/[^`$\n\r\u2028\u2029]*$/,
  /(?<![\w$])typeof\s+require\s*(?=[=!&|?:,;)\]}])/,
  /(?<![\w$])require\s*\.\s*(?:main|cache|extensions)(?![\w$])/,
]

/** A call that says in its own text where it leads. */
const call =
  /(?<![\w$])require(?:\s*\.\s*resolve)?\s*\(\s*(?:'(?<single>[^'"\\\n]+)'|"(?<double>[^'"\\\n]+)")\s*\)/

/** Whatever else could lead to another file. An escaped letter can be one of these words. */
const unclear = [
  /(?<![\w$])(?:require|import|export|Worker)(?![\w$])/,
  /createRequire/,
  /\\u(?:00|\{0*)(?:[46][1-9a-fA-F]|[57][0-9aA])/,
]

const either = (texts: readonly RegExp[]): string => texts.map(({ source }) => source).join('|')
const places = new RegExp(`(?<inert>${either(inert)})|${call.source}|${either(unclear)}`, 'gm')

/**
 * The edges of a CommonJS file as far as they can be seen without parsing it: all that it really has,
 * and each taken for eager, so that some are more than that. What is missing of them need not be
 * missing of the file; where nothing is missing, nothing is.
 * @param isScript whether a text is CommonJS to Node: one that awaits at its top is not
 * @returns undefined when only parsing can tell
 */
export function apparentEdges(
  text: string,
  isScript: (text: string) => boolean,
): FileEdges | undefined {
  const specifiers = new Set<string>()
  for (const { groups = {} } of text.matchAll(places)) {
    const specifier = groups['single'] ?? groups['double']
    if (specifier !== undefined) specifiers.add(specifier)
    else if (groups['inert'] === undefined) return undefined
  }
  if (/\bawait\b/.test(text) && !isScript(text)) return undefined
  const edges = [...specifiers].map(
    (specifier) => ({ mode: 'require', specifier, necessity: 'eager', line: 1 }) as const,
  )
  return { edges, syntax: 'as expected', awaits: false }
}
