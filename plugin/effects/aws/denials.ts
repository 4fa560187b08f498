import { ContainerImageError } from '../../errors.ts'

/**
 * Waits for all of the calls. What AWS denied of them is named at once, so that nobody has to try
 * again for each permission that is missing; every other failure goes first.
 */
export async function allOrDenied<Answers extends readonly unknown[]>(calls: {
  readonly [Index in keyof Answers]: Promise<Answers[Index]>
}): Promise<Answers> {
  const settled = await Promise.allSettled(calls)
  throwDenials(settled.flatMap((each) => (each.status === 'rejected' ? [each.reason] : [])))
  return Promise.all(calls)
}

/**
 * Throws the first error that is no denial, else all denials as one; nothing without errors.
 * @param advice what else there is to do about denials
 */
export function throwDenials(errors: readonly unknown[], advice = ''): void {
  const other = errors.find((error) => !isDenial(error))
  if (other !== undefined) throw other
  const denials = errors.filter(isDenial)
  const messages = [...new Set(denials.map(({ message }) => message))]
  const [first] = messages
  if (first === undefined) return
  const text = messages.length === 1 ? first : `\n- ${messages.join('\n- ')}`
  const more = advice === '' ? '' : `${messages.length === 1 ? ' ' : '\n'}${advice}`
  throw new ContainerImageError('AWS_DENIED', `${text}${more}`, { cause: denials[0]?.cause })
}

export function isDenial(error: unknown): error is ContainerImageError {
  return error instanceof ContainerImageError && error.code === 'AWS_DENIED'
}
