import { languageOfBase } from '../../core/dockerfile/check-base-language.ts'
import type { ImageFunction, PlannedImage } from '../../core/model.ts'
import { ContainerImageError } from '../../errors.ts'

/** Prints a syntax error as Python itself does, and runs nothing of the file. */
const parse = 'import ast, sys; ast.parse(open(sys.argv[1], "rb").read(), sys.argv[1])'

/**
 * Reads the files that Lambda loads first by a Python of this machine, where it has one that is at
 * least as new as the image's: what that cannot read, the older one could not either. Elsewhere the
 * start check finds it, after the build.
 * @param base the image that the Dockerfile starts from
 * @throws ContainerImageError PYTHON_INVALID with Python's own words
 */
export async function checkPythonSyntax(
  {
    name,
    language,
    functions,
  }: Pick<PlannedImage, 'name' | 'language'> & {
    readonly functions: readonly Pick<ImageFunction, 'entryFile'>[]
  },
  base: string | undefined,
  environment: Readonly<Record<string, string | undefined>>,
): Promise<void> {
  if (language !== 'python') return
  const wanted = languageOfBase(base ?? '')
  if (wanted?.language !== 'python') return
  const program = await newPython(minorOf(wanted.version), environment)
  if (program === undefined) return
  const { execa } = await import('execa')
  const faults = await Promise.all(
    functions.map(async ({ entryFile }) => {
      const { exitCode, stderr } = await execa(program, ['-I', '-c', parse, entryFile], {
        env: environment,
        extendEnv: false,
        reject: false,
      })
      const isSyntax =
        exitCode === 1 && /^\w*(?:SyntaxError|IndentationError|TabError):/m.test(stderr)
      return isSyntax ? [whatPythonSays(stderr)] : []
    }),
  )
  if (faults.flat().length === 0) return
  throw new ContainerImageError(
    'PYTHON_INVALID',
    `Python cannot read the code of image '${name}', and no call would get further:\n${faults.flat().join('\n')}`,
  )
}

/** From the line that names the file: what comes before it is of our own one-liner. */
function whatPythonSays(stderr: string): string {
  const lines = stderr.trimEnd().split('\n')
  return lines
    .slice(
      Math.max(
        0,
        lines.findLastIndex((line) => /^ {2}File /.test(line)),
      ),
    )
    .join('\n')
}

/** Python's second number: of `3.13` 13. */
function minorOf(version: string): number {
  return Number(/^3\.(\d+)/.exec(version)?.[1] ?? Infinity)
}

async function newPython(
  least: number,
  environment: Readonly<Record<string, string | undefined>>,
): Promise<string | undefined> {
  const { execa } = await import('execa')
  for (const program of [`python3.${least}`, 'python3']) {
    const { stdout, failed } = await execa(program, ['--version'], {
      env: environment,
      extendEnv: false,
      reject: false,
      timeout: 5000,
    })
    const has = /^Python 3\.(\d+)/.exec(stdout)?.[1]
    if (!failed && has !== undefined && Number(has) >= least) return program
  }
  return undefined
}
