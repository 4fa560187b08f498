import type { CheckName, Finding } from '../core/doctor/finding.ts'

/** A look at one thing. What it throws stops a deploy, too. */
export type DoctorPorts = Readonly<Record<CheckName, () => Promise<Finding>>>
