import { isRecord } from './template.ts'

const goArchitectures: Record<string, string> = { arm64: 'arm64', x86_64: 'amd64' }

function texts(value: unknown): string[] {
  return Array.isArray(value) ? value.map(String) : []
}

/**
 * AWS takes a deploy whose image cannot start; the first invocation then fails with these errors
 * (texts as public threads quote them).
 */
export function startErrorOf(
  properties: Readonly<Record<string, unknown>>,
  imageConfig: unknown,
): string | undefined {
  const image = isRecord(imageConfig) ? imageConfig : {}
  const inner = isRecord(image['config']) ? image['config'] : {}
  const override = isRecord(properties['ImageConfig']) ? properties['ImageConfig'] : {}
  const entryPoint = texts(override['EntryPoint'] ?? inner['Entrypoint'])
  const command = texts(override['Command'] ?? inner['Cmd'])
  const [workingDirectory = ''] = texts([override['WorkingDirectory'] ?? inner['WorkingDir'] ?? ''])
  const [architecture = 'x86_64'] = texts(properties['Architectures'])
  const program = entryPoint[0] ?? command[0]
  if (image['os'] !== 'linux' || image['architecture'] !== goArchitectures[architecture])
    return `Runtime.InvalidEntrypoint: fork/exec ${program ?? ''}: exec format error (the image is ${String(image['os'])}/${String(image['architecture'])}, the function ${architecture})`
  if (program === undefined)
    return `Runtime.InvalidEntrypoint: Couldn't find valid bootstrap(s): Entrypoint: [] Cmd: [] WorkingDir: [${workingDirectory}]`
  if (!workingDirectory.startsWith('/'))
    return `Runtime.InvalidWorkingDir: the working directory '${workingDirectory}' is invalid, it needs to be an absolute path`
  const parameters = [...entryPoint, ...command].slice(1)
  if (program === '/lambda-entrypoint.sh' && parameters.length !== 1)
    return 'Runtime.ExitError: entrypoint requires the handler name to be the first argument (exit status 142)'
  return undefined
}
