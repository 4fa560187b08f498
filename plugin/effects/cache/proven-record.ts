import { hash } from 'node:crypto'
import { readFileSync, renameSync, writeFileSync } from 'node:fs'

/** The JSON of a record that was written by `putProven`, to the last byte; else nothing. */
export function readProven(file: string): string | undefined {
  try {
    const text = readFileSync(file, 'utf8')
    const end = text.indexOf('\n')
    const json = text.slice(end + 1)
    return hash('sha256', json, 'hex') === text.slice(0, end) ? json : undefined
  } catch {
    return undefined
  }
}

/** @param unfinished a path for what is not whole yet, on the same disk */
export function putProven(file: string, json: string, unfinished: string): void {
  writeFileSync(unfinished, `${hash('sha256', json, 'hex')}\n${json}`, { mode: 0o600 })
  renameSync(unfinished, file)
}
