import type { FileEdges } from './edge.ts'

/**
 * Every place that could lead to another file, and what says where it leads. A line that begins with
 * `//` is a comment or part of a longer text, and leads nowhere unless a template goes on or ends in it.
 */
const places =
  /^[ \t]*\/\/[^`$\n]*$|(?<![\w$])(?:typeof\s+)?require(?![\w$])(?:\s*\.\s*(?:main|cache|extensions)(?![\w$])|(?:\s*\.\s*resolve)?\s*\(\s*(?:'([^'"\\\n]+)'|"([^'"\\\n]+)")\s*\))?|createRequire|(?<![\w$])(?:import|export|Worker)(?![\w$])/gm
const inert = /^\s*\/\/|^typeof|(?:main|cache|extensions)$/

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
  for (const [place, single, double] of text.matchAll(places)) {
    const specifier = single ?? double
    if (specifier !== undefined) specifiers.add(specifier)
    else if (!inert.test(place)) return undefined
  }
  if (/\bawait\b/.test(text) && !isScript(text)) return undefined
  const edges = [...specifiers].map(
    (specifier) => ({ mode: 'require', specifier, necessity: 'eager', line: 1 }) as const,
  )
  return { edges, syntax: 'as expected', awaits: false }
}
