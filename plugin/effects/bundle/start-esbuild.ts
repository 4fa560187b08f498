/**
 * Starts esbuild's own program before it is needed. It ends with this process, which it does not
 * keep from ending. Where it cannot be started, that is said by who needs it.
 */
export async function startEsbuild(): Promise<void> {
  const { formatMessages } = await import('esbuild')
  await formatMessages([], { kind: 'error' })
}
