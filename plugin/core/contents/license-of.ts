import { isRecord, textOf } from '../basics/is-record.ts'

/** What a package.json says of its licence, in the forms that npm has had; one line. */
export function licenseOf(manifest: Readonly<Record<string, unknown>>): string | undefined {
  const { license, licenses } = manifest
  const one = nameOf(license)
  if (one !== undefined) return one
  const several = Array.isArray(licenses) ? licenses.flatMap((each) => nameOf(each) ?? []) : []
  return several.length > 1 ? `(${several.join(' OR ')})` : several[0]
}

function nameOf(license: unknown): string | undefined {
  const text = textOf(isRecord(license) ? license['type'] : license)
  return text?.trim().replaceAll(/\s+/g, ' ') || undefined
}
