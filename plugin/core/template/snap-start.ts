import { recordOf } from '../basics/is-record.ts'

type Properties = Readonly<Record<string, unknown>>

/** Largest `/tmp` beside SnapStart, in MiB: what every function has (AWS's guide to SnapStart). */
const largestStorage = 512

/** Whether a function asks for snapshots; an intrinsic may give that value, so it counts. */
export function wantsSnapStart(properties: Properties, globals: Properties): boolean {
  const { SnapStart: asked } = { ...globals, ...properties }
  const applyOn = recordOf(asked)['ApplyOn']
  return applyOn !== undefined && applyOn !== 'None'
}

/** What AWS refuses beside SnapStart; nothing for a function that does not ask for it. */
export function snapStartFault(properties: Properties, globals: Properties): string | undefined {
  if (!wantsSnapStart(properties, globals)) return undefined
  const all = { ...globals, ...properties }
  const size = recordOf(all['EphemeralStorage'])['Size']
  const beside = [
    ...(all['ProvisionedConcurrencyConfig'] === undefined ? [] : ['ProvisionedConcurrencyConfig']),
    ...(all['FileSystemConfigs'] === undefined ? [] : ['FileSystemConfigs (EFS)']),
    ...(typeof size === 'number' && size > largestStorage
      ? [`EphemeralStorage of ${size} MB (at most ${largestStorage})`]
      : []),
  ]
  if (beside.length === 0) return undefined
  return `it has SnapStart beside ${beside.join(' and ')}, which Lambda does not take together. Leave out one of them.`
}
