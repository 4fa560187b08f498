import { type CheckName, checkNames, type Finding, stops } from '../core/doctor/finding.ts'
import { ContainerImageError } from '../errors.ts'
import type { DoctorPorts } from '../ports/doctor.ts'

export interface NamedFinding extends Finding {
  readonly check: CheckName
}

/** Looks at all that a deploy depends on, at the same time; one that fails is a finding, too. */
export async function examineAll(ports: DoctorPorts): Promise<readonly NamedFinding[]> {
  return await Promise.all(
    checkNames.map(async (check) => ({ check, ...(await ports[check]().catch(toFinding)) })),
  )
}

function toFinding(error: unknown): Finding {
  if (error instanceof ContainerImageError) return stops(`${error.code}: ${error.message}`)
  return stops(error instanceof Error ? error.message : String(error))
}
