/**
 * Where a specifier leads that names a place on this machine; `outside` for kinds that no folder of
 * its own can hold.
 */
export type LocalPath =
  | { readonly kind: 'path'; readonly path: string }
  | { readonly kind: 'outside' }

/** `undefined` for what a registry or another server has. */
export function localPath(specifier: string): LocalPath | undefined {
  if (/^(?:link|workspace|portal):/.test(specifier)) return { kind: 'outside' }
  const path = specifier.startsWith('file:') ? specifier.slice('file:'.length) : specifier
  if (path === specifier && !/^(?:\.{0,2}\/|~\/|[A-Za-z]:[\\/])/.test(specifier)) return undefined
  if (/^(?:~\/|\/|[A-Za-z]:[\\/])/.test(path)) return { kind: 'outside' }
  return { kind: 'path', path }
}
