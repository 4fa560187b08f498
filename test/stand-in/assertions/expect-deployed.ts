import type { Test } from 'tap'

import type { ImageApp } from '../inputs/image-app.ts'

/** Stack and registry of the fixture `greeter` as after one deploy without trouble. */
export async function expectDeployed(t: Test, app: ImageApp): Promise<void> {
  const [stack] = app.aws.state.stacks
  t.match(stack?.status, /^(?:CREATE|UPDATE)_COMPLETE$/)
  const tags = await app.tags()
  t.match(tags, [/^deps-small-arm64-[0-9a-f]{32}$/, /^small-arm64-[0-9a-f]{32}$/])
  t.equal(tags.length, 2)
  const image = await app.aws.registry.manifest('greeter-lambda-images', tags[1] ?? '')
  const functions = Object.values(stack?.deployment.functions ?? {})
  const inImages = functions.filter(({ packageType }) => packageType === 'Image')
  t.equal(inImages.length, 2)
  for (const { resolvedImageUri, startError } of inImages) {
    t.match(resolvedImageUri, new RegExp(`@${image?.digest}$`))
    t.equal(startError, undefined)
  }
}
