/**
 * An app.arc whose deploys go through a bucket: the line under `@aws` is changed or added, and the
 * pragma too where there is none. Architect has one deployment bucket an app, unless app.arc says.
 */
export function setBucket(arc: string, bucket: string): string {
  const lines = arc.split('\n')
  const start = lines.findIndex((line) => /^@aws\s*(?:#.*)?$/.test(line))
  if (start === -1) return `${arc.replace(/\n*$/, '')}\n\n@aws\nbucket ${bucket}\n`
  const length = lines.slice(start + 1).findIndex((line) => line.startsWith('@'))
  const end = length === -1 ? lines.length : start + 1 + length
  const kept = lines.slice(start + 1, end).filter((line) => !/^bucket(?:\s|$)/.test(line))
  const block = ['@aws', `bucket ${bucket}`, ...kept]
  return [...lines.slice(0, start), ...block, ...lines.slice(end)].join('\n')
}
