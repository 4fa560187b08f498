/** Where the value of a build secret is; the value itself is never on a command line. */
export type Secret =
  | { readonly id: string; readonly kind: 'env'; readonly variable: string }
  | { readonly id: string; readonly kind: 'file'; readonly file: string }

/** `id=NAME`, `id=NAME,env=VARIABLE` or `id=NAME,src=FILE`; undefined for anything else. */
export function parseSecret(text: string): Secret | undefined {
  const match = /^id=([\w.-]+)(?:,(env|src)=([^,]+))?$/.exec(text)
  const [, id, where = 'env', value = id] = match ?? []
  if (id === undefined || value === undefined) return undefined
  if (where === 'src') return { id, kind: 'file', file: value }
  return /^[A-Za-z_]\w*$/.test(value) ? { id, kind: 'env', variable: value } : undefined
}
