import { compileFunction } from 'node:vm'

/** Whether a text is CommonJS to Node, as its own compiler says; nothing of it runs. */
export function isScript(text: string): boolean {
  try {
    compileFunction(text)
    return true
  } catch {
    return false
  }
}
