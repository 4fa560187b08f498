import { createInterface } from 'node:readline/promises'

/** Whether somebody at the terminal says yes; on stderr, since stdout is for the answer of a command. */
export async function ask(question: string): Promise<boolean> {
  const terminal = createInterface({ input: process.stdin, output: process.stderr })
  try {
    return /^y(?:es)?$/i.test((await terminal.question(`${question} [y/N] `)).trim())
  } finally {
    terminal.close()
  }
}
