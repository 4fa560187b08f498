import type { Test } from 'tap'

import type { ImageApp } from './image-app.ts'

/** Stack and registry of the fixture `greeter` as after one deploy without trouble. */
export async function expectDeployed(t: Test, app: ImageApp): Promise<void> {
  const [stack] = app.aws.state.stacks
  t.match(stack?.status, /^(?:CREATE|UPDATE)_COMPLETE$/)
  const tags = await app.tags()
  t.match(tags, [/^deps-small-arm64-[0-9a-f]{32}$/, /^small-arm64-[0-9a-f]{32}$/])
  t.equal(tags.length, 2)
  const image = await app.aws.registry.manifest('greeter-lambda-images', tags[1] ?? '')
  for (const id of ['GetGreetNameHTTPLambda', 'NightlyScheduleLambda']) {
    const live = stack?.deployment.functions[id]
    t.match(live?.resolvedImageUri, new RegExp(`@${image?.digest}$`))
    t.equal(live?.startError, undefined)
  }
}
