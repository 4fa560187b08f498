import { parse, type Program } from 'acorn'

/** @returns `undefined` where the text is not of that kind */
export function parseSource(
  text: string,
  sourceType: 'script' | 'module',
  isWhole = true,
): Program | undefined {
  try {
    return parse(text, {
      ecmaVersion: 'latest',
      sourceType,
      allowHashBang: isWhole,
      allowReturnOutsideFunction: sourceType === 'script',
    })
  } catch {
    return undefined
  }
}
