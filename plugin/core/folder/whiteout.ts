/** Whether a path would take a file of lower layers away instead of being one (OCI's image-spec). */
export function isWhiteout(path: string): boolean {
  return /(?:^|\/)\.wh\./.test(path)
}
