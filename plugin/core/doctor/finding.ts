/** What was looked at, in the order in which it is told. */
export const checkNames = [
  'node',
  'architect',
  'app',
  'credentials',
  'region',
  'clock',
  'permissions',
  'registry',
  'docker',
  'disk',
  'start check',
  'network',
] as const

export type CheckName = (typeof checkNames)[number]

/** One thing that was looked at. */
export interface Finding {
  /** `note`: it works, or could not be seen; `stops`: a deploy would end here. */
  readonly state: 'ok' | 'note' | 'stops'
  /** What was seen and, unless it is in order, what to do. */
  readonly text: string
}

export function ok(text: string): Finding {
  return { state: 'ok', text }
}

export function note(text: string): Finding {
  return { state: 'note', text }
}

export function stops(text: string): Finding {
  return { state: 'stops', text }
}
