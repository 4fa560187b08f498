import t, { type Test } from 'tap'

import { templateImages } from '../../../../plugin/core/template/live-functions.ts'
import { openAws } from '../../../../plugin/effects/aws/client.ts'
import { readRegion, readStack } from '../../../../plugin/effects/stacks/deployed-stacks.ts'
import { readRepositoryView } from '../../../../plugin/effects/retention/read-repository-view.ts'
import type { AwsOptions } from '../../../stand-in/aws/index.ts'
import { pushImage, putTag } from '../../../stand-in/inputs/push-image.ts'
import { openRetentionAccount, repositoryName } from '../../../stand-in/inputs/retention-deploy.ts'

async function open(t: Test, options: Partial<AwsOptions> = {}) {
  const account = await openRetentionAccount(options)
  t.teardown(() => account.close())
  return account
}

t.test(
  'twenty deploys over two months: what runs and what it rolls back to is never lost',
  async (t) => {
    const account = await open(t)
    const built: string[] = []
    for (let index = 0; index < 20; index++) {
      built.push(await account.deploy('AppStaging').run())
      const today = new Date(account.now()).toISOString().slice(0, 10).replaceAll('-', '')
      for (const digest of built.slice(-2))
        t.match((await account.tagsOf(digest)).join(), `_${today}`, 'tagged before this use')
      account.pass(72)
      await account.aws.expireImages()
      const present = await account.present()
      t.ok(built.slice(-2).every((digest) => present.has(digest)))
      t.ok(present.size <= 4, `${present.size} images`)
    }
    const template = account.aws.stack('AppStaging')?.deployment.template
    t.match(templateImages(template), [{ runs: built.at(-1), previous: built.at(-2) }])
    const tags = await account.tagsOf(built.at(-1) ?? '')
    t.match(tags, [/^lancedb-arm64-/, /^live-AppStaging_lancedb_[0-9a-f]{16}_\d{8}$/])
  },
)

t.test('an update that CloudFormation rolls back', async (t) => {
  const account = await open(t)
  const first = await account.deploy('AppStaging').run()
  account.pass(72)
  const second = await account.deploy('AppStaging').run()
  for (let index = 0; index < 5; index++) {
    account.pass(72)
    await account.deploy('AppStaging').run(true)
    t.equal(account.aws.stack('AppStaging')?.status, 'UPDATE_ROLLBACK_COMPLETE')
    await account.aws.expireImages()
    const present = await account.present()
    t.ok(present.has(first) && present.has(second))
  }
  account.pass(72)
  const last = await account.deploy('AppStaging').run()
  t.match(templateImages(account.aws.stack('AppStaging')?.deployment.template), [
    { runs: last, previous: second },
  ])
})

t.test('a first create that fails, and another stack that goes on', async (t) => {
  const account = await open(t)
  const failed = await account.deploy('AppStagingPR1').run(true)
  t.equal(account.aws.stack('AppStagingPR1')?.status, 'ROLLBACK_COMPLETE')
  for (let index = 0; index < 4; index++) {
    account.pass(72)
    await account.deploy('AppStaging').run()
    await account.aws.expireImages()
  }
  t.ok((await account.present()).has(failed), 'until the stack is deleted it is kept')
})

t.test('a deploy while an update is still under way, as after --fast', async (t) => {
  const account = await open(t, { pollsUntilSettled: 100 })
  const first = await account.deploy('AppStaging').run()
  const stack = account.aws.stack('AppStaging')
  if (stack === undefined) throw new Error('no stack')
  Object.assign(stack, { status: 'CREATE_COMPLETE', upcoming: [] })
  account.pass(72)
  await account.deploy('AppStaging').run()
  Object.assign(stack, { status: 'UPDATE_COMPLETE', upcoming: [] })
  account.pass(72)
  const third = await account.deploy('AppStaging').run()
  t.equal(stack.status, 'UPDATE_IN_PROGRESS')
  account.pass(72)
  // The template of the update says nothing of the first image any more, but it is not at rest.
  const before = await account.tagsOf(first)
  await account.deploy('AppStaging').prune()
  t.strictSame(await account.tagsOf(first), before)
  Object.assign(stack, { status: 'UPDATE_COMPLETE', upcoming: [] })
  await account.deploy('AppStaging').prune()
  t.notMatch((await account.tagsOf(first)).join(), 'live-')
  t.match((await account.tagsOf(third)).join(), 'live-AppStaging')
})

t.test('two deploys of one stack at once', async (t) => {
  const account = await open(t)
  await account.deploy('AppStaging').run()
  account.pass(72)
  const [one, other] = [account.deploy('AppStaging'), account.deploy('AppStaging')]
  await Promise.all([one.prune(), other.prune()])
  const [a, b] = [await one.build(), await other.build()]
  const [beforeA, beforeB] = await Promise.all([one.hold(a), other.hold(b)])
  if (beforeA === 'gone' || beforeB === 'gone') throw new Error('gone')
  await one.submit(a, beforeA)
  // A third one begins and prunes between the two.
  await account.deploy('AppStaging').prune()
  account.pass(20)
  await account.deploy('AppStaging').prune()
  await account.aws.expireImages()
  await other.submit(b, beforeB)
  const present = await account.present()
  t.ok(present.has(b) && beforeB !== undefined && present.has(beforeB))
  t.match(account.aws.stack('AppStaging')?.status, 'UPDATE_COMPLETE')
})

t.test('a stack that was renamed leaves the tags of the other alone', async (t) => {
  const account = await open(t)
  const old = await account.deploy('OldStaging').run()
  for (let index = 0; index < 4; index++) {
    account.pass(72)
    await account.deploy('NewStaging').run()
    await account.aws.expireImages()
  }
  t.ok((await account.present()).has(old))
})

t.test('a stack that was deleted and made again prunes what it held before', async (t) => {
  const account = await open(t)
  const old = await account.deploy('AppStaging').run()
  await account.calls.cloudformation('DeleteStack', { StackName: 'AppStaging' })
  const gone = account.calls.cloudformation('DescribeStacks', { StackName: 'AppStaging' })
  await t.rejects(gone, { message: /does not exist/ })
  account.pass(72)
  await account.deploy('AppStaging').run()
  t.notMatch((await account.tagsOf(old)).join(), 'live-')
})

t.test('an image that expired between found and tagged', async (t) => {
  const account = await open(t)
  const deploy = account.deploy('AppStaging')
  await deploy.prune()
  const digest = await deploy.build()
  const expire = async (): Promise<void> => {
    const imageIds = [{ imageDigest: digest }]
    await account.calls.ecr('BatchDeleteImage', { repositoryName, imageIds })
  }
  t.equal(await deploy.hold(digest, expire), 'gone', 'it is built again (test/unit/deploy.test.ts)')
  t.strictSame(await account.tagsOf(digest), [])
})

t.test('a previous image that is not there any more is not named', async (t) => {
  const account = await open(t)
  const first = await account.deploy('AppStaging').run()
  await account.aws.registry.removeManifest(repositoryName, first)
  const deploy = account.deploy('AppStaging')
  const digest = await deploy.build()
  t.equal(await deploy.hold(digest), undefined)
})

function archive(account: Awaited<ReturnType<typeof open>>, imageDigest: string) {
  const input = { repositoryName, imageId: { imageDigest }, targetStorageClass: 'ARCHIVE' }
  return account.calls.ecr('UpdateImageStorageClass', input)
}

t.test('a previous image that is archived is no way back, and said so', async (t) => {
  const account = await open(t)
  const first = await account.deploy('AppStaging').run()
  const [, tag = ''] = await account.tagsOf(first)
  await archive(account, first)
  // With its tag of today nothing asks for its manifest.
  const deploy = account.deploy('AppStaging')
  await deploy.prune()
  t.match(account.notes, [
    /^app-images@sha256:[0-9a-f]{64} is archived, so Lambda cannot pull it\. AppStaging runs it, and an update that fails goes back to it\. Bring it back: aws ecr update-image-storage-class /,
  ])
  const second = await deploy.build()
  t.equal(await deploy.hold(second), undefined)
  t.ok((await account.tagsOf(first)).includes(tag))
})

t.test('an archived image that is pushed again is held as any other', async (t) => {
  const account = await open(t)
  const digest = await account.deploy('AppStaging').run()
  await archive(account, digest)
  const deploy = account.deploy('AppStaging')
  await deploy.prune()
  t.equal(await deploy.hold(digest), 'gone', 'built again')
  const [content = ''] = await account.tagsOf(digest)
  await putTag(account.aws, { repository: repositoryName, digest, tag: content })
  t.equal(await deploy.hold(digest), undefined, 'there, and its own previous')
})

t.test('signatures and lists of parts are no images', async (t) => {
  const account = await open(t)
  const digest = await account.deploy('AppStaging').run()
  const artifactType = 'application/vnd.cncf.notary.signature'
  const refersTo = { digest, artifactType }
  const signature = await pushImage(account.aws, { repository: repositoryName, refersTo })
  const view = await readRepositoryView(
    await openAws({ inventory: { inv: { aws: { region: 'us-west-2' } } } }),
    repositoryName,
  )
  t.match(view?.images, [{ digest }])
  t.equal(view?.images.length, 1)
  t.match(view?.artifacts, [{ digest: signature, subject: digest, type: artifactType, tags: [] }])
})

t.test('a live tag that somebody removed comes back with the next deploy', async (t) => {
  const account = await open(t)
  const digest = await account.deploy('AppStaging').run()
  const [, tag = ''] = await account.tagsOf(digest)
  t.match(tag, /^live-/)
  await account.aws.registry.removeTag(repositoryName, tag)
  await account.deploy('AppStaging').prune()
  t.ok((await account.tagsOf(digest)).includes(tag))
})

t.test('a repository that was in use before it had our policy', async (t) => {
  const account = await open(t)
  await account.calls.ecr('CreateRepository', { repositoryName })
  const images: string[] = []
  for (const name of ['One', 'Two', 'Three', 'Four']) {
    const tag = `lancedb-arm64-${String(images.length).repeat(32)}`
    const digest = await pushImage(account.aws, { repository: repositoryName, tag })
    images.push(digest)
    await account.deploy(name).submit(digest, undefined)
    account.pass(1)
  }
  await account.deploy('One').prune()
  await account.aws.expireImages()
  t.strictSame(await account.present(), new Set(images.toSorted()))
  for (const digest of images) t.match((await account.tagsOf(digest)).join(), 'live-')
})

t.test('every page of every answer, and Lambda beside the stacks', async (t) => {
  const account = await open(t, { pageSize: 1, ecrPageSize: 1 })
  const digests = new Map<string, string>()
  for (const name of ['One', 'Two', 'Three']) digests.set(name, await account.deploy(name).run())
  const alone = await account.deploy('Other').build()
  const uri = `${account.aws.registryHost}/${repositoryName}`
  const properties = { PackageType: 'Image' }
  account.aws.state.functions.push({
    logicalId: 'Alone',
    functionName: 'alone',
    packageType: 'Image',
    properties,
    resolvedImageUri: `${uri}@${alone}`,
  })
  const aws = await openAws({ inventory: { inv: { aws: { region: 'us-west-2' } } } })
  const region = await readRegion(aws, uri)
  t.strictSame(new Map(region.stacks.map(({ stack, held }) => [stack, [...held][0]])), digests)
  t.strictSame([...region.runElsewhere], [alone])
  t.equal((await readRepositoryView(aws, repositoryName))?.images.length, 4)
  t.match(await readStack(aws, 'Two', uri), {
    kind: 'settled',
    held: new Set([digests.get('Two')]),
  })
  t.match(await readStack(aws, 'None', uri), { kind: 'gone' })
  const two = account.aws.stack('Two')
  if (two !== undefined) two.status = 'REVIEW_IN_PROGRESS'
  t.match(await readStack(aws, 'Two', uri), { kind: 'unsettled' })
})

for (const [service, action, deploys] of [
  ['cloudformation', 'GetTemplate', 0],
  ['cloudformation', 'DescribeStacks', 3],
  ['cloudformation', 'ListStackResources', 3],
  ['lambda', 'ListVersionsByFunction', 3],
  ['lambda', 'GetFunction', 3],
  ['ecr', 'DescribeImages', 0],
  ['ecr', 'BatchDeleteImage', 3],
] as const) {
  t.test(`without ${service}:${action} nothing is pruned, and it is named`, async (t) => {
    const account = await open(t)
    for (let index = 0; index < deploys; index++) {
      await account.deploy('AppStaging').run()
      account.pass(72)
    }
    account.aws.refuse({ service, action, fault: 'AccessDenied' })
    const before = account.aws.state.repositories[repositoryName]
    await t.rejects(account.deploy('AppStaging').prune(), {
      code: 'AWS_DENIED',
      message: new RegExp(`Allow ${service}:${action} on `),
    })
    t.equal(account.aws.state.repositories[repositoryName], before)
  })
}

t.test('throttling is waited out', async (t) => {
  const account = await open(t)
  for (let index = 0; index < 3; index++) {
    await account.deploy('AppStaging').run()
    account.pass(72)
  }
  for (const [service, action] of [
    ['cloudformation', 'DescribeStacks'],
    ['lambda', 'GetFunction'],
    ['ecr', 'BatchDeleteImage'],
  ] as const)
    account.aws.refuse({ service, action, fault: 'Throttling', times: 1 })
  await account.deploy('AppStaging').prune()
})

for (const [service, action] of [
  ['ecr', 'DescribeRepositories'],
  ['ecr', 'DescribeImages'],
  ['cloudformation', 'ListStacks'],
  ['cloudformation', 'GetTemplate'],
  ['cloudformation', 'ListStackResources'],
  ['lambda', 'ListFunctions'],
  ['lambda', 'GetFunction'],
] as const) {
  t.test(`without ${service}:${action} nothing is said of a repository`, async (t) => {
    const account = await open(t)
    await account.deploy('AppStaging').run()
    const aws = await openAws({ inventory: { inv: { aws: { region: 'us-west-2' } } } })
    t.match(await readRepositoryView(aws, repositoryName), { images: [{ size: Number }] })
    account.aws.refuse({ service, action, fault: 'AccessDenied' })
    await t.rejects(readRepositoryView(aws, repositoryName), {
      code: 'AWS_DENIED',
      message: new RegExp(`^${service}:${action} on `),
    })
  })
}
