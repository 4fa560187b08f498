/** As `@architect/utils` makes a logical id of a name: letters and digits, each part in capitals. */
export type ToLogicalId = (name: string) => string

export interface StackNaming {
  readonly app: string
  readonly stage: 'staging' | 'production'
  /** The name given by `arc deploy --name`. */
  readonly name?: string
}

/** The stack that `arc deploy` makes: `AgentMemoryStagingPR5`. */
export function stackNameOf({ app, stage, name }: StackNaming, toLogicalId: ToLogicalId): string {
  const suffix = name === undefined ? '' : toLogicalId(name)
  return `${toLogicalId(app)}${stage === 'production' ? 'Production' : 'Staging'}${suffix}`
}

/** The number behind `AgentMemoryStagingPR`; `undefined` for every other stack. */
export function previewNumber(stackName: string, prefix: string): number | undefined {
  const [, digits] = new RegExp(`^${prefix}([1-9]\\d{0,8})$`).exec(stackName) ?? []
  return digits === undefined ? undefined : Number(digits)
}
