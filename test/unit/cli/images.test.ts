import t from 'tap'

import { openCalls } from '../../stand-in/assertions/aws-calls.ts'
import { runArcImages } from '../../stand-in/harness/arc-images.ts'
import { openImageApp } from '../../stand-in/inputs/image-app.ts'
import { pushImage } from '../../stand-in/inputs/push-image.ts'

const repository = 'greeter-lambda-images'

t.test('archived images, and those on their way back, are listed as that', async (t) => {
  const app = await openImageApp()
  t.teardown(() => app.close())
  const calls = await openCalls(app.aws.environment)
  await calls.ecr('CreateRepository', { repositoryName: repository })
  const push = (letter: string) =>
    pushImage(app.aws, { repository, tag: `small-arm64-${letter.repeat(32)}` })
  const [active, archived, activating] = [await push('a'), await push('b'), await push('c')]
  const at = Date.now()
  app.aws.state.archived[`${repository}@${archived}`] = { status: 'ARCHIVED', at }
  app.aws.state.archived[`${repository}@${activating}`] = { status: 'ACTIVATING', at }

  const { exitCode, stdout, stderr } = await runArcImages(app, ['images'])
  t.equal(exitCode, 0, stderr)
  t.match(stdout, `${repository}: 3 images,`)
  t.match(stdout, /^small-arm64-a+ +[0-9a-f]{12} /m)
  t.match(stdout, /^small-arm64-b+ \(archived\) /m)
  t.match(stdout, /^small-arm64-c+ \(activating\) /m)

  const json = await runArcImages(app, ['images', '--json'])
  const [first] = JSON.parse(json.stdout).repositories
  const statuses = new Map<string, unknown>(
    first.images.map((image: Record<string, unknown>) => [image['digest'], image['status']]),
  )
  t.strictSame(statuses.get(active), undefined)
  t.strictSame(statuses.get(archived), 'archived')
  t.strictSame(statuses.get(activating), 'activating')
})
