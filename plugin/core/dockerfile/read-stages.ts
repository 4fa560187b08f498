import {
  type Arg,
  DockerfileParser,
  type Entrypoint,
  type From,
  type Instruction,
  ModifiableInstruction,
} from 'dockerfile-ast'

import { ContainerImageError } from '../../errors.ts'
import { expand } from './expand.ts'

/** A stage of a Dockerfile, its names as written but for variables. */
export interface Stage {
  readonly name?: string
  /** A stage before it, `scratch` or an image. */
  readonly base: string
  /** `linux/arm64`; `build` is the machine's that builds, `target` the one asked for. */
  readonly platform: string
  /** What COPY and RUN take files from: stages, contexts or images. */
  readonly sources: readonly string[]
  /** The last COPY puts all of `functions` into the task's root, and no RUN, COPY or ADD follows. */
  readonly endsInFunctions?: boolean
  /** In exec form; in shell form Lambda's handler would not reach it. */
  readonly entryPoint?: readonly string[]
}

export interface Stages {
  /** In the file's order. */
  readonly stages: readonly Stage[]
  /** Image of the `# syntax` line. */
  readonly syntax?: string
  /** Names of the arguments before the first FROM. */
  readonly globalArguments: ReadonlySet<string>
}

/**
 * The stages of a Dockerfile with its arguments in place.
 * @param platform the one asked for: `linux/arm64`
 * @throws ContainerImageError DOCKERFILE_INVALID
 */
export function readStages(
  dockerfile: string,
  options: {
    /** For messages. */
    readonly file: string
    readonly platform: string
    readonly buildArguments: ReadonlyMap<string, string>
  },
): Stages {
  const { file, platform, buildArguments } = options
  const parsed = DockerfileParser.parse(dockerfile)
  const globals = new Map(predefined(platform))
  const globalArguments = new Set<string>()
  const stages: (Stage & { sources: string[]; endsInFunctions?: boolean })[] = []
  let scope = new Map<string, string>()
  const resolve = (raw: string, values: ReadonlyMap<string, string>, at: Instruction): string => {
    const value = expand(raw, values)
    if (value !== undefined && value !== '') return value
    throw invalid(
      file,
      at,
      `'${raw}' has a variable without a value. Give its ARG a default, or the value by 'build-arg'.`,
    )
  }
  for (const instruction of parsed.getInstructions()) {
    const keyword = instruction.getKeyword()
    const stage = stages.at(-1)
    if (keyword === 'ARG') {
      for (const [name, fallback] of argumentsOf(instruction)) {
        if (stage === undefined) globalArguments.add(name)
        const values = stage === undefined ? globals : scope
        const own = fallback === undefined ? globals.get(name) : expand(fallback, values)
        const value = buildArguments.get(name) ?? own
        if (value !== undefined) values.set(name, value)
      }
    } else if (keyword === 'FROM') {
      if (!isFrom(instruction)) continue
      const image = instruction.getImage()
      if (image === null) throw invalid(file, instruction, 'FROM names no image.')
      const flag = instruction.getPlatformFlag()?.getValue()
      const name = instruction.getBuildStage()
      scope = new Map()
      stages.push({
        ...(name === null ? {} : { name }),
        base: resolve(image, globals, instruction),
        platform:
          flag === undefined || flag === null ? platform : resolve(flag, globals, instruction),
        sources: [],
      })
    } else if (stage !== undefined && ['COPY', 'RUN', 'ADD'].includes(keyword)) {
      const sources = sourcesOf(instruction).map((raw) => resolve(raw, scope, instruction))
      stage.sources.push(...sources)
      stage.endsInFunctions = keyword === 'COPY' && copiesFunctions(instruction, sources)
    } else if (stage !== undefined && keyword === 'ENTRYPOINT' && isEntryPoint(instruction)) {
      const argv = instruction.getJSONStrings().map((text) => text.getJSONValue())
      if (argv.length > 0) stages[stages.length - 1] = { ...stage, entryPoint: argv }
    }
  }
  if (stages.length === 0)
    throw new ContainerImageError('DOCKERFILE_INVALID', `${file} has no FROM. Write one.`)
  const syntax = parsed
    .getDirectives()
    .find((directive) => directive.getName().toLowerCase() === 'syntax')
    ?.getValue()
  return { stages, globalArguments, ...(syntax !== undefined && { syntax }) }
}

/** What BuildKit itself sets before the first FROM, as far as a FROM can sensibly use it. */
function predefined(platform: string): [string, string][] {
  const [os = '', architecture = ''] = platform.split('/')
  return [
    ['TARGETPLATFORM', platform],
    ['TARGETOS', os],
    ['TARGETARCH', architecture],
    ['TARGETVARIANT', ''],
    ['BUILDPLATFORM', 'build'],
  ]
}

function isFrom(instruction: Instruction): instruction is From {
  return instruction.getKeyword() === 'FROM'
}

function isEntryPoint(instruction: Instruction): instruction is Entrypoint {
  return instruction.getKeyword() === 'ENTRYPOINT'
}

function isArg(instruction: Instruction): instruction is Arg {
  return instruction.getKeyword() === 'ARG'
}

/** One ARG may declare several names. */
function argumentsOf(instruction: Instruction): [string, string | undefined][] {
  if (!isArg(instruction)) return []
  return instruction.getArguments().map((argument) => {
    const [name = '', ...value] = argument.getValue().split('=')
    const text = value.join('=').replace(/^(["'])(.*)\1$/, '$2')
    return [name, value.length === 0 ? undefined : text]
  })
}

/** `COPY --from=NAME`, `RUN --mount=type=...,from=NAME`. */
function sourcesOf(instruction: Instruction): string[] {
  if (!(instruction instanceof ModifiableInstruction)) return []
  return instruction.getFlags().flatMap((flag) => {
    const value = flag.getValue() ?? ''
    if (flag.getName() === 'from') return [value]
    if (flag.getName() !== 'mount') return []
    const from = value.split(',').find((option) => option.startsWith('from='))
    return from === undefined ? [] : [from.slice('from='.length)]
  })
}

/** `COPY --from=functions / ${LAMBDA_TASK_ROOT}/`, as it is to be written. */
function copiesFunctions(instruction: Instruction, [from]: readonly string[]): boolean {
  const [source, target, ...more] = instruction
    .getArguments()
    .map((argument) => argument.getValue())
    .filter((argument) => !argument.startsWith('--'))
  return (
    from === 'functions' &&
    source === '/' &&
    more.length === 0 &&
    /^(?:\$\{?LAMBDA_TASK_ROOT\}?|\/var\/task)\/?$/.test(target ?? '')
  )
}

function invalid(file: string, at: Instruction, what: string): ContainerImageError {
  const line = at.getRange().start.line + 1
  return new ContainerImageError('DOCKERFILE_INVALID', `${file}, line ${line}: ${what}`)
}
