import { closeSync, openSync } from 'node:fs'

/** Files that starting a program takes for a moment, and some more. */
const room = 16

/**
 * Starts esbuild's own program before it is needed. It ends with this process, which it does not
 * keep from ending. One that has ended already is forgotten, so that who needs it starts another.
 */
export async function startEsbuild(): Promise<void> {
  // Without them Node tells the child alone, to which esbuild does not listen: the process would end.
  if (!hasRoom()) return
  const { formatMessages, stop } = await import('esbuild')
  await formatMessages([], { kind: 'error' }).catch(stop)
}

/** Whether this process may open so many files more. */
function hasRoom(): boolean {
  const opened: number[] = []
  try {
    while (opened.length < room) opened.push(openSync(import.meta.filename, 'r'))
    return true
  } catch {
    return false
  } finally {
    for (const descriptor of opened) closeSync(descriptor)
  }
}
