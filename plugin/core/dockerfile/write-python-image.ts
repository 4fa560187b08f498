import type { FileChange } from '../file-change.ts'

/**
 * A Dockerfile for functions of Python that installs requirements.txt. It runs on the platform of
 * the functions, so pip takes the wheels that Lambda can load.
 * @param runtime as Architect has it: `python3.13`
 */
export function pythonDockerfile(image: string, runtime: string): FileChange {
  const lines = [
    "# Written by 'arc-images init'; from here on it is yours.",
    `FROM public.ecr.aws/lambda/python:${runtime.replace(/^python/, '')}`,
    'COPY requirements.txt ./',
    'RUN pip install --no-cache-dir --target "${LAMBDA_TASK_ROOT}" --requirement requirements.txt',
    '# The functions, which the deploy brings.',
    'COPY --from=functions / ${LAMBDA_TASK_ROOT}/',
    '',
  ]
  return { path: `docker/${image}/Dockerfile`, after: lines.join('\n') }
}

/** requirements.txt with more packages in it; nothing when all of them are there, in any version. */
export function addRequirements(
  image: string,
  packages: readonly string[],
  before?: string,
): readonly FileChange[] {
  const there = new Set((before ?? '').split(/\r?\n/).map(requirementName))
  const missing = packages.filter((wanted) => !there.has(requirementName(wanted)))
  if (before !== undefined && missing.length === 0) return []
  const kept =
    before === undefined || before === '' || before.endsWith('\n') ? before : `${before}\n`
  const after = (kept ?? '') + missing.map((wanted) => `${wanted}\n`).join('')
  const path = `docker/${image}/requirements.txt`
  return [{ path, after, ...(before !== undefined && { before }) }]
}

/** `NumPy[extra]>=1` to `numpy`, by the rule of PEP 503. */
function requirementName(line: string): string {
  const [name = ''] = line.trim().split(/[^\w.-]/)
  return name.toLowerCase().replaceAll(/[-_.]+/g, '-')
}
