import { stackNameOf, type ToLogicalId } from './stack-name.ts'

/** Who may change what: previews are anybody's with a branch, the others are the app's own stacks. */
export type Environment = 'preview' | 'staging' | 'production'

/** The environment of a stack of the app: whatever has a name of its own (`--name`) is a preview. */
export function environmentOf(
  stackName: string,
  app: string,
  toLogicalId: ToLogicalId,
): Environment {
  const own = (['staging', 'production'] as const).find(
    (stage) => stackNameOf({ app, stage }, toLogicalId) === stackName,
  )
  return own ?? 'preview'
}

/** Whether a name is one that a preview of the app has, for those who know nothing of its stack. */
export function isPreviewName(stackName: string, app: string, toLogicalId: ToLogicalId): boolean {
  return (['staging', 'production'] as const).some((stage) => {
    const own = stackNameOf({ app, stage }, toLogicalId)
    return stackName.startsWith(own) && stackName !== own
  })
}
