import { ContainerImageError, type Problem } from '../../errors.ts'

/** Everything that keeps one image from working, as one error; `undefined` when nothing does. */
export function refusal(problems: readonly Problem[]): ContainerImageError | undefined {
  const [first] = problems
  if (first === undefined) return undefined
  const codes = new Set(problems.map(({ code }) => code))
  if (codes.size === 1)
    return new ContainerImageError(first.code, problems.map(({ message }) => message).join('\n'))
  const lines = problems.map(({ code, message }) => `${code}: ${message}`)
  return new ContainerImageError('SEVERAL_FAILED', lines.join('\n'))
}
