import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'

import type { ObtainedPackages } from './obtained-packages.ts'

/** Packages whose content this process has proven or written, and the state of their folder then. */
const proven = new Map<string, { readonly state: string; readonly packages: ObtainedPackages }>()

/** What is proven of a folder, unless a file in it has changed since, by the kernel's own times. */
export async function provenPackages(directory: string): Promise<ObtainedPackages | undefined> {
  const found = proven.get(directory)
  if (found === undefined) return undefined
  if ((await stateOf(directory)) === found.state) return { ...found.packages, reused: true }
  proven.delete(directory)
  return undefined
}

/**
 * Remembers what was proven, for as long as the process runs: a deploy judges packages, and makes
 * their layers then.
 * @param state of the folder before it was proven
 */
export function rememberProven(directory: string, state: string, packages: ObtainedPackages): void {
  if (state !== '') proven.set(directory, { state, packages })
}

/** Every file of a folder with what changes when somebody writes it; empty for no folder. */
export async function stateOf(directory: string): Promise<string> {
  const names = await readdir(directory).catch((): string[] => [])
  const lines = names.toSorted().map(async (name) => {
    const { ino, size, ctimeNs } = await stat(join(directory, name), { bigint: true })
    return `${name} ${ino} ${size} ${ctimeNs}`
  })
  return (await Promise.all(lines).catch((): string[] => [])).join('\n')
}
