import { ContainerImageError, type Problem } from '../errors.ts'

/** One mistake as it is; several as one error, a line each. */
export function setupError(problems: readonly Problem[]): ContainerImageError {
  const [first, ...more] = problems
  if (first !== undefined && more.length === 0)
    return new ContainerImageError(first.code, first.message)
  const lines = problems.map(({ code, message }) => `- ${code}: ${message}`).join('\n')
  return new ContainerImageError('SETUP_INVALID', `${problems.length} mistakes:\n${lines}`)
}
