import { isRecord, isTexts, textOf } from '../basics/is-record.ts'
import { imageOutcomes, type ImageReport } from './image-report.ts'

/** A function as a report names it. */
export interface ReportedFunction {
  readonly logicalId: string
  /** `http get /`, `scheduled compact` */
  readonly name: string
}

/** What a deploy leaves for the steps after it, as JSON. */
export interface DeployReport {
  readonly version: 1
  readonly stackName: string
  /** Milliseconds since the epoch at which `arc` started. */
  readonly started: number
  readonly images: readonly (Omit<ImageReport, 'liveSize'> & {
    /** `repository@sha256:...` */
    readonly imageUri: string
    readonly functions: readonly ReportedFunction[]
  })[]
  /** Functions that CloudFormation replaces, as they change from zip to image. */
  readonly replaced: readonly ReportedFunction[]
}

/** `undefined` for everything that is not a report of this version. */
export function parseDeployReport(text: string): DeployReport | undefined {
  let report: unknown
  try {
    report = JSON.parse(text)
  } catch {
    return undefined
  }
  return isReport(report) ? report : undefined
}

function isReport(value: unknown): value is DeployReport {
  if (!isRecord(value) || value['version'] !== 1) return false
  const { images, replaced, started } = value
  return (
    textOf(value['stackName']) !== undefined &&
    typeof started === 'number' &&
    Array.isArray(images) &&
    images.every(isImage) &&
    isFunctions(replaced)
  )
}

function isImage(value: unknown): boolean {
  if (!isRecord(value) || !Array.isArray(value['parts'])) return false
  return (
    textOf(value['name']) !== undefined &&
    /^(arm64|x86_64)$/.test(textOf(value['architecture']) ?? '') &&
    Object.hasOwn(imageOutcomes, textOf(value['outcome']) ?? '') &&
    Number.isFinite(value['milliseconds']) &&
    value['parts'].every(
      (part) => isRecord(part) && Number.isFinite(part['size']) && Number.isFinite(part['sent']),
    ) &&
    textOf(value['imageUri']) !== undefined &&
    (value['packages'] === undefined || isPackages(value['packages'])) &&
    isFunctions(value['functions'])
  )
}

function isPackages(value: unknown): boolean {
  return (
    Array.isArray(value) &&
    value.every(
      (entry) =>
        isRecord(entry) &&
        /^(added|removed|bumped)$/.test(textOf(entry['change']) ?? '') &&
        textOf(entry['name']) !== undefined &&
        isTexts(entry['before']) &&
        isTexts(entry['after']) &&
        (entry['bytes'] === undefined || Number.isFinite(entry['bytes'])),
    )
  )
}

function isFunctions(value: unknown): boolean {
  return (
    Array.isArray(value) &&
    value.every(
      (entry) =>
        isRecord(entry) &&
        textOf(entry['logicalId']) !== undefined &&
        textOf(entry['name']) !== undefined,
    )
  )
}
