import { createHash } from 'node:crypto'

import type { JoinedFunction } from './join-functions.ts'

/**
 * The place of each function under `/var/task`: Architect's own readable names. They lose letters
 * (`-` and `.` are both `_`), so functions whose names fall together get a hash of the full one.
 */
export function folderNames(functions: readonly JoinedFunction[]): (one: JoinedFunction) => string {
  const byFolder = Map.groupBy(functions, (one) => plainFolder(one).toLowerCase())
  return (one) => {
    const folder = plainFolder(one)
    const sharing = byFolder.get(folder.toLowerCase()) ?? []
    if (sharing.length < 2) return folder
    const hash = createHash('sha256').update(one.request.name).digest('hex')
    return `${folder}-${hash.slice(0, 8)}`
  }
}

function plainFolder({ request: { pragma, name } }: JoinedFunction): string {
  return `${pragma}/${pragma === 'http' ? routeFolder(name) : plain(name)}`
}

/** `any /a/:b/*` to `any-a-000b-catchall`, as Architect names the folders of its routes. */
function routeFolder(name: string): string {
  const space = name.indexOf(' ')
  const path = name.slice(space + 1)
  const route = path === '/' ? '-index' : path.replaceAll(/[-.]/g, '_').replaceAll(/[/\\]/g, '-')
  return (
    name.slice(0, space).toLowerCase() +
    plain(route.replaceAll(':', '000').replace('*', 'catchall'))
  )
}

/** Dots would end the file's name for Lambda, and two of them are refused anywhere in a handler. */
function plain(name: string): string {
  return name.replaceAll(/[^A-Za-z0-9_-]/g, '_')
}
