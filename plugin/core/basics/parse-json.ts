/**
 * JSON as npm reads it: Windows' editors put a byte order mark before it.
 * @throws SyntaxError with what is wrong and where, `unexpected '}' at line 3, column 1`
 */
export function parseJson(text: string): unknown {
  const json = withoutMark(text)
  try {
    return JSON.parse(json)
  } catch (cause) {
    throw new SyntaxError(faultIn(json), { cause })
  }
}

/** A text without the byte order mark that it may begin with. */
export function withoutMark(text: string): string {
  return text.startsWith('\uFEFF') ? text.slice(1) : text
}

/** V8 gives the place of some faults only, so the longest beginning that is JSON is looked for. */
function faultIn(json: string): string {
  let [sound, unsound] = [0, json.length + 1]
  while (unsound - sound > 1) {
    const middle = Math.floor((sound + unsound) / 2)
    if (beginsJson(json.slice(0, middle))) sound = middle
    else unsound = middle
  }
  if (sound === json.length) return json.trim() === '' ? 'it is empty' : 'it ends too early'
  const lines = json.slice(0, sound).split('\n')
  const at = `line ${lines.length}, column ${(lines.at(-1) ?? '').length + 1}`
  const [seen = ''] = json.slice(sound)
  const name = /^[\p{Cc}]$/u.test(seen) ? JSON.stringify(seen).slice(1, -1) : seen
  return `unexpected '${name}' at ${at}`
}

/** Whether something can follow that makes it JSON. */
function beginsJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch (error) {
    const message = error instanceof Error ? error.message : ''
    const position = Number(/at position (\d+)/.exec(message)?.[1] ?? -1)
    return /end of JSON input|Unterminated string/.test(message) || position >= text.length
  }
}
