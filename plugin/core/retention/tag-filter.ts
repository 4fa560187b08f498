/** Whether a filter such as `cache*` could match a tag that begins so. */
export function canMatch(filter: string, prefix: string): boolean {
  const [head = '', ...rest] = filter.split('*')
  return head.startsWith(prefix) || (rest.length > 0 && prefix.startsWith(head))
}
