/**
 * Starts esbuild's own program before it is needed. It ends with this process, which it does not
 * keep from ending. One that has ended already is forgotten, so that who needs it starts another.
 */
export async function startEsbuild(): Promise<void> {
  const { formatMessages, stop } = await import('esbuild')
  await formatMessages([], { kind: 'error' }).catch(stop)
}
