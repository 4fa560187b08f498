import { ContainerImageError } from '../../errors.ts'
import type { ImageSettings } from '../model.ts'
import type { StartVerdict } from './judge-start.ts'

/** A function and what became of its start. */
export interface JudgedStart {
  /** `'get /'` */
  readonly name: string
  readonly verdict: StartVerdict
}

/**
 * @returns what should be said to the user
 * @throws ContainerImageError START_REFUSED with every function that is refused
 */
export function tellStarts(
  starts: readonly JudgedStart[],
  startCheck: ImageSettings['startCheck'],
): readonly string[] {
  const refused: string[] = []
  const notes: string[] = []
  for (const { name, verdict } of starts) {
    if (verdict.kind === 'starts') notes.push(...verdict.notes)
    else if (verdict.kind === 'refused' || (verdict.kind === 'unproven' && startCheck === 'strict'))
      refused.push(`${name} does not start: ${verdict.reason}`)
    else notes.push(`${name} did not start here; Lambda may differ: ${verdict.reason}`)
  }
  if (refused.length === 0) return notes
  throw new ContainerImageError('START_REFUSED', refused.join('\n'))
}
