import { ContainerImageError, type Problem } from '../errors.ts'

/** All mistakes as one error, in the form of Architect's own inventory. */
export function setupError(problems: readonly Problem[]): ContainerImageError {
  const lines = problems.map(({ code, message }) => `- ${code}: ${message}`).join('\n')
  const plural = problems.length === 1 ? '' : 's'
  return new ContainerImageError('SETUP_INVALID', `Validation error${plural}:\n${lines}`)
}
