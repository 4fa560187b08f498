import type { AwsStandIn } from '../../test/stand-in/aws/index.ts'

/** An image function as the deployed template has it, with CloudFormation's references resolved. */
export interface ImageFunction {
  readonly stackName: string
  readonly imageUri: string
  readonly imageConfig: {
    readonly EntryPoint: readonly string[]
    readonly Command: readonly string[]
    readonly WorkingDirectory: string
  }
  readonly environment: Readonly<Record<string, string>>
  /** Physical names of the stack's resources by their logical ids. */
  readonly physicalIds: Readonly<Record<string, string>>
}

/** @param name Architect's own name of the function, as `ArcMetadata` keeps it */
export function deployedFunction(
  aws: Pick<AwsStandIn, 'stack'>,
  stackName: string,
  name: string,
): ImageFunction {
  const deployment = aws.stack(stackName)?.deployment
  if (deployment === undefined) throw new Error(`There is no stack ${stackName}.`)
  const { Resources: resources } = JSON.parse(deployment.template)
  const logicalId = Object.keys(resources).find((id) => resources[id].ArcMetadata?.name === name)
  const deployed = deployment.functions[logicalId ?? '']
  if (deployed?.packageType !== 'Image') throw new Error(`${name} is not an image function.`)
  const { ImageUri: imageUri, ImageConfig: config, Environment: environment } = deployed.properties
  const { EntryPoint, Command, WorkingDirectory }: Fields = Object(config)
  const { Variables: variables }: Fields = Object(environment)
  return {
    stackName,
    imageUri: text(imageUri),
    imageConfig: {
      EntryPoint: texts(EntryPoint),
      Command: texts(Command),
      WorkingDirectory: text(WorkingDirectory),
    },
    environment: Object.fromEntries(
      Object.entries(Object(variables)).map(([key, value]) => [key, String(value)]),
    ),
    physicalIds: Object.fromEntries(
      Object.entries(deployment.resources).map(([id, { physicalId }]) => [id, physicalId]),
    ),
  }
}

type Fields = Readonly<Record<string, unknown>>

function text(value: unknown): string {
  if (typeof value === 'string') return value
  throw new Error(`${JSON.stringify(value)} in the deployed function is not text.`)
}

function texts(value: unknown): string[] {
  return Array.isArray(value) ? value.map(text) : [text(value)]
}
