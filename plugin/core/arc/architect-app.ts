import { isRecord, recordOf, textOf, textsOf } from '../basics/is-record.ts'
import { functionPragmas } from './function-kinds.ts'

/** One function as Architect's inventory has it. */
export interface AppFunction {
  /** `http`, `scheduled`, ..., `customLambdas`. */
  readonly pragma: string
  /** As `ArcMetadata` names the pragma: `tables` for a stream made by `@tables`, `custom`. */
  readonly metadataPragma: string
  /** `any /api/streams/:workspaceId` or `compact`. */
  readonly name: string
  /** Absolute path of the sources. */
  readonly source: string
  /** As `config.arc` has it: `index.handler`. */
  readonly handler: string
  readonly architecture: string
  /** `nodejs24.x`; of a transpiled function the runtime that it ends in. */
  readonly runtime: string
  /** Written in another language and compiled by a plugin, as TypeScript is. */
  readonly transpiled: boolean
  /** Absolute path of what a transpiled one is compiled to for the sandbox; absent for others. */
  readonly handlerFile?: string
  /** Architect's own function that serves static files. */
  readonly staticAssetProxy: boolean
  /** ARNs of its `layers`, those of `@aws` in the app's manifest too. */
  readonly layers?: readonly string[]
}

/** What the plugin needs of an Architect app. */
export interface ArchitectApp {
  readonly name: string
  /** Absolute path of the folder that holds app.arc. */
  readonly directory: string
  /** Name of the file that was read: `app.arc`, `arc.json`, `package.json`, ... */
  readonly manifest: string
  /** The text of the manifest as written. */
  readonly raw: string
  /** The parsed pragmas. */
  readonly arc: Readonly<Record<string, unknown>>
  readonly functions: readonly AppFunction[]
  /** `layers` under `@aws`, for all functions. */
  readonly layers?: readonly string[]
  /** What `arc env` has stored for the stage. */
  readonly environment?: Readonly<Record<string, unknown>>
}

/** Inventory, as every plugin gets it, to what is used of it; unknown shapes give empty values. */
export function parseInventory(inventory: unknown): ArchitectApp {
  const inv = recordOf(recordOf(inventory)['inv'])
  const project = recordOf(inv['_project'])
  const manifest = textOf(project['manifest']) ?? 'app.arc'
  return {
    name: textOf(inv['app']) ?? '',
    directory: textOf(project['cwd']) ?? '',
    manifest: manifest.split(/[\\/]/).at(-1) ?? manifest,
    raw: textOf(project['raw']) ?? '',
    arc: recordOf(project['arc']),
    layers: textsOf(recordOf(inv['aws'])['layers']),
    environment: stageEnvironment(inv),
    functions: functionPragmas.flatMap((pragma) => {
      const lambdas = inv[pragma]
      return Array.isArray(lambdas) ? lambdas.filter(isRecord).map(readFunction(pragma)) : []
    }),
  }
}

function readFunction(pragma: string) {
  return (lambda: Readonly<Record<string, unknown>>): AppFunction => {
    const config = recordOf(lambda['config'])
    const runtimeConfig = recordOf(config['runtimeConfig'])
    const transpiled = runtimeConfig['type'] === 'transpiled'
    const handlerFile = transpiled ? textOf(lambda['handlerFile']) : undefined
    return {
      pragma,
      metadataPragma: textOf(lambda['pragma']) ?? 'custom',
      name: textOf(lambda['name']) ?? '',
      source: textOf(lambda['src']) ?? '',
      handler: textOf(config['handler']) ?? 'index.handler',
      architecture: textOf(config['architecture']) ?? 'arm64',
      runtime: textOf(runtimeConfig['baseRuntime']) ?? textOf(config['runtime']) ?? '',
      transpiled,
      ...(handlerFile !== undefined && { handlerFile }),
      staticAssetProxy: lambda['arcStaticAssetProxy'] === true,
      layers: textsOf(config['layers']),
    }
  }
}

function stageEnvironment(inv: Readonly<Record<string, unknown>>) {
  const stage = textOf(recordOf(inv['_arc'])['deployStage']) ?? ''
  const stored = recordOf(recordOf(recordOf(inv['_project'])['env'])['aws'])
  return recordOf(Object.hasOwn(stored, stage) ? stored[stage] : undefined)
}
