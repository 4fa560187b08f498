import { posix } from 'node:path'

import type { InitError } from './start-outcome.ts'

/** A module that was asked for and is not there. */
export interface MissingModule {
  /** As it was asked for, as far as the message tells. */
  readonly specifier: string
  /** Absolute path of the file that asks; Python does not tell it: empty. */
  readonly from: string
}

/** What each loader says: Node's `require`, Node's `import`, Python. */
export function missingModule({ message }: InitError): MissingModule | undefined {
  const required = /Cannot find module '([^']+)'\s*\nRequire stack:\s*\n- (\S+)/.exec(message)
  if (required !== null) return { specifier: required[1] ?? '', from: required[2] ?? '' }
  const imported = /Cannot find (?:package|module) '([^']+)' imported from (\S+)/.exec(message)
  if (imported !== null) {
    const [, name = '', from = ''] = imported
    return { specifier: relativeTo(from, name), from }
  }
  const python = /No module named '([^']+)'/.exec(message)?.[1]
  return python === undefined ? undefined : { specifier: python, from: '' }
}

/** `import` resolves what is relative before it looks; packages keep their name. */
function relativeTo(from: string, name: string): string {
  if (!name.startsWith('/')) return name
  const path = posix.relative(posix.dirname(from), name)
  return path.startsWith('.') ? path : `./${path}`
}
