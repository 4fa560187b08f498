/**
 * CloudFormation keeps a template as it was sent, and gives it out with a `?` for each character
 * outside ASCII (aws-cloudformation/cloudformation-coverage-roadmap#814). Sent back like this, a
 * variable of `Grüße` would become `Gr??e`.
 */
export function mangled(text: string): string {
  return text.replaceAll(/\P{ASCII}/gu, '?')
}

/** JSON that CloudFormation gives out as it got it. */
export function asciiJson(value: unknown): string {
  return JSON.stringify(value).replaceAll(
    /[\u0080-\uffff]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}

/** In these a question mark is meant: `cron(0 12 * * ? *)`, `https://host/path?query`. */
const meant = /^cron\([^)]*\)$|^[a-z][a-z0-9+.-]*:\/\/[^\s?]+\?[^\s?]*$/

/** Where in a template a `?` may stand for another character: `Resources.A.Properties.B: 'Gr??e'`. */
export function doubtfulTexts(value: unknown, path: readonly string[] = []): readonly string[] {
  if (typeof value === 'string')
    return value.includes('?') && !meant.test(value) ? [`${path.join('.')}: '${value}'`] : []
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([key, inner]) => [
    ...(key.includes('?') ? [[...path, key].join('.')] : []),
    ...doubtfulTexts(inner, [...path, key]),
  ])
}
