/** An error as programs print it. */
export interface PrintedError {
  readonly name: string
  readonly message: string
  readonly stack: readonly string[]
}

/** Of a text that has the stack trace of an error in it, from Node or Python. */
export function errorOfTrace(text: string): PrintedError | undefined {
  const lines = text.split('\n')
  const first = lines.findIndex((line) => /^\s+at /.test(line))
  const isPython = lines.some((line) => line.startsWith('Traceback (most recent call last):'))
  if (first < 1 && !isPython) return undefined
  const end = isPython ? lines.findIndex((line) => line.startsWith('Traceback')) : first
  // Python prints the error after its trace where its own client has not put it before.
  const head = (end === 0 ? (lines.at(-1) ?? '') : lines.slice(0, end).join('\n')).trim()
  const [, name = 'Error', message = head] = /^(?:Uncaught )?([\w.]+): (.*)$/s.exec(head) ?? []
  const frames = lines.slice(isPython ? end + 1 : end).filter((line) => line.trim() !== '')
  return { name, message, stack: frames.map((line) => line.replace(/^\s+(?=at )/, '')) }
}
