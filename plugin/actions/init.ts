import type { ArchitectApp } from '../core/arc/architect-app.ts'
import { readFunctionName } from '../core/arc/function-name.ts'
import type { FileChange } from '../core/file-change.ts'
import type { InitRequest } from '../core/setup/init-request.ts'
import { changeArc, missingLines, tellLines } from '../core/setup/manifest-lines.ts'
import { ContainerImageError } from '../errors.ts'
import type { InitPorts } from '../ports/init.ts'

/** What `init` would write, and what it leaves to the user. */
export interface InitPlan {
  /** In the order in which they are written: what app.arc names comes before it. */
  readonly changes: readonly FileChange[]
  /** Lines for a manifest that is no app.arc. */
  readonly toWrite?: string
}

/**
 * What puts a function into an image: the image's folder, then the lines of app.arc. What is there
 * already is left as it is.
 * @param listed whether the app loads this plugin
 * @throws ContainerImageError COMMAND_INVALID, and what asking a registry ends in
 */
export async function planInit(
  app: ArchitectApp,
  { functionWords, image, packages }: InitRequest,
  { listed, ports }: { readonly listed: boolean; readonly ports: InitPorts },
): Promise<InitPlan> {
  const lambda = readFunctionName(functionWords, app.functions)
  const flag = { pragma: lambda.pragma, name: lambda.name, image }
  const missing = missingLines(app, flag, listed)
  if ('taken' in missing)
    throw new ContainerImageError(
      'COMMAND_INVALID',
      `${missing.taken} has put the function into another image. Change that line, or name its image here.`,
    )
  const wanted = { image, source: lambda.source, packages }
  const language = /^(?:nodejs|python)/.exec(lambda.runtime || 'nodejs')?.[0]
  if (language === undefined)
    throw new ContainerImageError(
      'FUNCTION_RUNTIME_UNFIT',
      `'${functionWords.join(' ')}' has the runtime ${lambda.runtime}. Functions of Node and Python can go into images.`,
    )
  const files = (await ports.imageFolders()).get(image) ?? []
  const ownDockerfile = files.includes('Dockerfile') && !files.includes('requirements.txt')
  const folder = ownDockerfile
    ? nothingFor(image, packages)
    : language === 'python'
      ? await ports.addRequirements(lambda, wanted)
      : await ports.addPackages(wanted)
  if (!app.manifest.endsWith('.arc')) {
    const toWrite = tellLines(app, missing)
    return { changes: folder, ...(toWrite !== undefined && { toWrite }) }
  }
  return { changes: [...folder, ...changeArc(app, missing)] }
}

function nothingFor(image: string, packages: readonly string[]): readonly FileChange[] {
  if (packages.length === 0) return []
  throw new ContainerImageError(
    'COMMAND_INVALID',
    `docker/${image}/ has a Dockerfile, which alone says what the image brings. Write ${packages.join(', ')} there; 'arc-images init' without packages puts the function into it.`,
  )
}
