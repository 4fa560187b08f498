import { quoteRequest } from '../arc/quote-request.ts'
import type { Problem } from '../../errors.ts'
import type { LambdaArchitecture } from '../../oci/platform.ts'
import type { AppFunction, ArchitectApp } from '../arc/architect-app.ts'
import { isRecord, textOf } from '../basics/is-record.ts'
import type { FunctionRequest, Language } from '../model.ts'
import { snapStartFault, wantsSnapStart } from '../template/snap-start.ts'
import { environmentOf, globalsOf, type Resource, type Template } from '../template/template.ts'

/** A flagged function with what template and inventory say of it. */
export interface JoinedFunction {
  readonly request: FunctionRequest
  readonly logicalId: string
  readonly lambda: AppFunction
  readonly architecture: LambdaArchitecture
  readonly language: Language
  /** Node's major version; 0 for another language. */
  readonly nodeVersion: number
  /** `nodejs24.x`, `python3.13` */
  readonly runtime: string
  /** `Properties.Handler`: what Lambda would call in a zip. */
  readonly handler: string
  /** `Properties.CodeUri` where it is a path: the folder that would be zipped. */
  readonly codeUri?: string
  readonly environment: Readonly<Record<string, unknown>>
  /** `MemorySize` and `Timeout`, as far as they are numbers. */
  readonly limits: { readonly memory?: number; readonly timeout?: number }
  /** `Properties.Layers`: ARNs, or intrinsics that give them. */
  readonly layers: readonly unknown[]
  /** The template asks for snapshots of it. */
  readonly snapStart: boolean
}

/** Requests to resources by `ArcMetadata`, never by names of resources, which Architect changes. */
export function joinFunctions(
  app: ArchitectApp,
  requests: readonly FunctionRequest[],
  template: Template,
): { readonly joined: readonly JoinedFunction[]; readonly problems: readonly Problem[] } {
  const byFunction = Map.groupBy(Object.entries(template.Resources), ([, resource]) =>
    metadataOf(resource),
  )
  const joined: JoinedFunction[] = []
  const problems: Problem[] = []
  for (const request of requests) {
    const lambda = app.functions.find(
      ({ pragma, name }) => pragma === request.pragma && name === request.name,
    )
    const [entry, ...others] = byFunction.get(`${lambda?.metadataPragma} ${request.name}`) ?? []
    const line = quoteRequest(request)
    if (lambda === undefined || entry === undefined || others.length > 0) {
      const count = entry === undefined ? 'no function' : `${others.length + 1} functions`
      const message = `${line}: the template has ${count} for it, where one is needed. Look for a plugin that removes or copies functions before this one runs, and for a function whose name differs in punctuation only, of which Architect keeps one.`
      problems.push({ code: 'FUNCTION_NOT_IN_TEMPLATE', message })
      continue
    }
    const result = joinOne(request, lambda, entry, globalsOf(template))
    if ('logicalId' in result) joined.push(result)
    else problems.push({ ...result, message: `${line}: ${result.message}` })
  }
  return { joined, problems }
}

/** `http get /`; `undefined` for what Architect did not make from a function of the app. */
function metadataOf(resource: Resource): string | undefined {
  const metadata = resource['ArcMetadata']
  if (resource.Type !== 'AWS::Serverless::Function' || !isRecord(metadata)) return undefined
  return `${textOf(metadata['pragma'])} ${textOf(metadata['name'])}`
}

function joinOne(
  request: FunctionRequest,
  lambda: AppFunction,
  [logicalId, resource]: readonly [string, Resource],
  globals: Readonly<Record<string, unknown>>,
): JoinedFunction | Problem {
  const properties = resource.Properties ?? {}
  const refused = refusedProperty(properties) ?? snapStartFault(properties, globals)
  if (refused !== undefined) return { code: 'FUNCTION_PROPERTY_REFUSED', message: refused }
  const runtime = textOf(properties['Runtime']) ?? lambda.runtime
  const nodeVersion = /^nodejs(\d+)\.x$/.exec(runtime)?.[1]
  const isPython = /^python3\.\d+$/.test(runtime)
  if (nodeVersion === undefined && !isPython)
    return { code: 'FUNCTION_RUNTIME_UNFIT', message: runtimeFault(runtime, lambda.runtime) }
  const codeUri = textOf(properties['CodeUri'])
  const architecture = architectureOf(properties['Architectures'], lambda.architecture)
  if (architecture === undefined)
    return { code: 'FUNCTION_ARCHITECTURE_UNKNOWN', message: architectureFault(properties) }
  return {
    request,
    logicalId,
    lambda,
    architecture,
    language: isPython ? 'python' : 'node',
    nodeVersion: Number(nodeVersion ?? 0),
    runtime,
    handler: textOf(properties['Handler']) ?? lambda.handler,
    ...(codeUri !== undefined && { codeUri }),
    environment: environmentOf(properties, globals),
    limits: limitsOf({ ...globals, ...properties }),
    layers: layersOf(properties),
    snapStart: wantsSnapStart(properties, globals),
  }
}

function architectureOf(value: unknown, configured: string): LambdaArchitecture | undefined {
  const [architecture]: readonly unknown[] = Array.isArray(value) ? value : [value ?? configured]
  return architecture === 'arm64' || architecture === 'x86_64' ? architecture : undefined
}

function limitsOf({ MemorySize: memory, Timeout: timeout }: Readonly<Record<string, unknown>>) {
  return {
    ...(typeof memory === 'number' && { memory }),
    ...(typeof timeout === 'number' && { timeout }),
  }
}

function layersOf({ Layers: layers }: Readonly<Record<string, unknown>>): readonly unknown[] {
  if (layers === undefined) return []
  return Array.isArray(layers) ? layers : [layers]
}

/** Lambda's own words: not supported for functions created with container images. */
function refusedProperty(properties: Readonly<Record<string, unknown>>): string | undefined {
  if (properties['CodeSigningConfigArn'] !== undefined)
    return `a plugin gave it a CodeSigningConfigArn, and Lambda refuses code signing beside an image. Let the plugin leave this function out.`
  return undefined
}

function runtimeFault(runtime: string, configured: string): string {
  const isDeno = configured.startsWith('deno')
  return `its runtime is ${isDeno ? configured : runtime || 'unknown'}, and images carry functions of Node, or of Python by a Dockerfile. Leave the function as a zip.`
}

function architectureFault(properties: Readonly<Record<string, unknown>>): string {
  return `its architecture is ${JSON.stringify(properties['Architectures'])}, which is neither arm64 nor x86_64, so no image can be made for it. Write one of them in its config.arc.`
}
