/** Shorter ones would hit ordinary text, and are no secrets anyway. */
const shortest = 8

/** What people write where a secret could be, and every message may say. */
const words: ReadonlySet<string> = new Set([
  'anonymous',
  'container',
  'container-images',
  'credentials',
  'development',
  'localhost',
  'password',
  'production',
  'registry',
  'undefined',
  'username',
  'x-access-token',
  'x-oauth-basic',
])
const region = /^[a-z]{2}(?:-[a-z]+){1,3}-\d$/
const date = /^\d{4}-\d\d-\d\d/
const accountOrNumber = /^\d{1,12}$/

/** Whether a value found where secrets are kept may be one, and not a word that messages need. */
export function isWorthHiding(value: string): boolean {
  if (value.length < shortest) return false
  const plain = value.toLowerCase()
  return ![region, date, accountOrNumber].some((form) => form.test(plain)) && !words.has(plain)
}
