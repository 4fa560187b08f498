import type { Test } from 'tap'

import { type AwsCalls, openCalls } from '../stand-in/assertions/aws-calls.ts'

/** ECR's API as something implements it, without images in it. */
export interface EcrUnderTest {
  /** Endpoint, region and credentials, as environment variables name them. */
  readonly environment: Readonly<Record<string, string>>
  /** An image without like, under a tag; its manifest is Docker's or OCI's. */
  put(repository: string, tag: string): Promise<{ readonly digest: string }>
  /** False: it does not know that images can be archived (moto: `imageStatus` is not implemented). */
  readonly hasArchive: boolean
  /** Another tag on an image that is there. */
  tag(repository: string, digest: string, tag: string): Promise<void>
}

const lambdaPolicy = JSON.stringify({
  Version: '2012-10-17',
  Statement: [
    {
      Sid: 'LambdaECRImageRetrievalPolicy',
      Effect: 'Allow',
      Principal: { Service: 'lambda.amazonaws.com' },
      Action: ['ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer'],
    },
  ],
})

const lifecycle = JSON.stringify({
  rules: [
    {
      rulePriority: 1,
      description: 'keep the newest ten',
      selection: { tagStatus: 'any', countType: 'imageCountMoreThan', countNumber: 10 },
      action: { type: 'expire' },
    },
  ],
})

function list(value: unknown): unknown[] {
  return Array.isArray(value) ? value : []
}

async function repositories(t: Test, calls: AwsCalls): Promise<void> {
  const named = { repositoryName: 'contract/app' }
  await t.rejects(calls.ecr('DescribeRepositories', { repositoryNames: ['contract/app'] }), {
    code: 'RepositoryNotFoundException',
    message:
      /The repository with name 'contract\/app' does not exist in the registry with id '\d{12}'/,
  })
  const settings = {
    imageTagMutability: 'IMMUTABLE',
    imageScanningConfiguration: { scanOnPush: true },
    tags: [{ Key: 'app', Value: 'contract' }],
  }
  const { repository } = await calls.ecr('CreateRepository', { ...named, ...settings })
  const described = {
    repositoryName: 'contract/app',
    repositoryUri: /^\d{12}\.dkr\.ecr\.[a-z0-9-]+\.amazonaws\.com\/contract\/app$/,
    repositoryArn: /^arn:aws:ecr:[a-z0-9-]+:\d{12}:repository\/contract\/app$/,
    registryId: /^\d{12}$/,
    createdAt: Number,
    imageTagMutability: 'IMMUTABLE',
    imageScanningConfiguration: { scanOnPush: true },
    encryptionConfiguration: { encryptionType: 'AES256' },
  }
  t.match(repository, described)
  t.match(await calls.ecr('DescribeRepositories', { repositoryNames: ['contract/app'] }), {
    repositories: [described],
  })
  await t.rejects(calls.ecr('CreateRepository', named), {
    code: 'RepositoryAlreadyExistsException',
    message: /The repository with name 'contract\/app' already exists in the registry with id/,
  })
  await t.rejects(calls.ecr('CreateRepository', { repositoryName: 'Capital' }), {
    code: 'InvalidParameterException',
  })
  t.match(await calls.ecr('PutImageTagMutability', { ...named, imageTagMutability: 'MUTABLE' }), {
    imageTagMutability: 'MUTABLE',
  })
  const imageScanningConfiguration = { scanOnPush: false }
  t.match(
    await calls.ecr('PutImageScanningConfiguration', { ...named, imageScanningConfiguration }),
    {
      imageScanningConfiguration,
    },
  )
  const resourceArn = String(Reflect.get(Object(repository), 'repositoryArn'))
  await calls.ecr('TagResource', { resourceArn, tags: [{ Key: 'stage', Value: 'staging' }] })
  const { tags } = await calls.ecr('ListTagsForResource', { resourceArn })
  t.same(new Set(list(tags).map((tag) => JSON.stringify(tag))).size, 2)
}

async function policies(t: Test, calls: AwsCalls): Promise<void> {
  const named = { repositoryName: 'contract/policies' }
  await calls.ecr('CreateRepository', named)
  await t.rejects(calls.ecr('GetRepositoryPolicy', named), {
    code: 'RepositoryPolicyNotFoundException',
    message: /Repository policy does not exist for the repository with name 'contract\/policies'/,
  })
  await calls.ecr('SetRepositoryPolicy', { ...named, policyText: lambdaPolicy })
  const { policyText } = await calls.ecr('GetRepositoryPolicy', named)
  t.match(JSON.parse(String(policyText)), {
    Statement: [{ Principal: { Service: 'lambda.amazonaws.com' } }],
  })
  await t.rejects(calls.ecr('SetRepositoryPolicy', { ...named, policyText: 'no policy' }), {
    code: 'InvalidParameterException',
  })
  await t.rejects(calls.ecr('GetLifecyclePolicy', named), {
    code: 'LifecyclePolicyNotFoundException',
    message: /Lifecycle policy does not exist for the repository with name 'contract\/policies'/,
  })
  await calls.ecr('PutLifecyclePolicy', { ...named, lifecyclePolicyText: lifecycle })
  t.match(await calls.ecr('GetLifecyclePolicy', named), { lifecyclePolicyText: lifecycle })
  const odd = lifecycle.replace('imageCountMoreThan', 'imageCountLessThan')
  await t.rejects(calls.ecr('PutLifecyclePolicy', { ...named, lifecyclePolicyText: odd }), {
    code: 'InvalidParameterException',
    message: /Lifecycle policy validation failure/,
  })
}

async function images(t: Test, calls: AwsCalls, ecr: EcrUnderTest): Promise<void> {
  const repositoryName = 'contract/images'
  const named = { repositoryName }
  await t.rejects(calls.ecr('ListImages', named), { code: 'RepositoryNotFoundException' })
  await calls.ecr('CreateRepository', named)
  t.strictSame(list((await calls.ecr('ListImages', named))['imageIds']), [])
  const one = await ecr.put(repositoryName, 'one')
  const two = await ecr.put(repositoryName, 'two')
  await ecr.tag(repositoryName, one.digest, 'live')

  const { imageDetails } = await calls.ecr('DescribeImages', named)
  t.equal(list(imageDetails).length, 2)
  t.match(await calls.ecr('DescribeImages', { ...named, imageIds: [{ imageTag: 'two' }] }), {
    imageDetails: [
      {
        registryId: /^\d{12}$/,
        repositoryName,
        imageDigest: two.digest,
        imageTags: ['two'],
        imageSizeInBytes: Number,
        imagePushedAt: Number,
        imageManifestMediaType: /^application\/vnd\.(oci|docker)\./,
      },
    ],
  })
  await t.rejects(calls.ecr('DescribeImages', { ...named, imageIds: [{ imageTag: 'none' }] }), {
    code: 'ImageNotFoundException',
    message:
      /The image with imageId .*imageTag:'none'.* does not exist within the repository with name/,
  })
  const { imageIds } = await calls.ecr('ListImages', named)
  const tags = list(imageIds).map((id) => String(Reflect.get(Object(id), 'imageTag')))
  t.strictSame(
    tags.toSorted((a, b) => (a < b ? -1 : 1)),
    ['live', 'one', 'two'],
  )

  const got = await calls.ecr('BatchGetImage', {
    ...named,
    imageIds: [{ imageTag: 'one' }, { imageTag: 'none' }],
  })
  t.match(got, {
    images: [{ repositoryName, imageId: { imageDigest: one.digest } }],
    failures: [{ imageId: { imageTag: 'none' }, failureCode: 'ImageNotFound' }],
  })
  const [image] = list(got['images'])
  const manifest: unknown = JSON.parse(String(Reflect.get(Object(image), 'imageManifest')))
  t.match(manifest, { schemaVersion: 2, layers: [{ digest: /^sha256:/ }] })

  const without = async (id: object) =>
    list((await calls.ecr('BatchDeleteImage', { ...named, imageIds: [id] }))['failures'])
  t.strictSame(await without({ imageTag: 'one' }), [])
  t.match(
    await calls.ecr('DescribeImages', { ...named, imageIds: [{ imageDigest: one.digest }] }),
    {
      imageDetails: [{ imageTags: ['live'] }],
    },
  )
  t.strictSame(await without({ imageTag: 'live' }), [])
  await t.rejects(
    calls.ecr('DescribeImages', { ...named, imageIds: [{ imageDigest: one.digest }] }),
    { code: 'ImageNotFoundException' },
    'an image goes with its last tag',
  )
  t.match(await without({ imageTag: 'one' }), [
    { failureCode: 'ImageNotFound', failureReason: 'Requested image not found' },
  ])
  t.strictSame(await without({ imageDigest: two.digest }), [])
  t.strictSame(list((await calls.ecr('ListImages', named))['imageIds']), [])
}

/** Immutable tags stay where they are, and a list comes in as many pages as its size asks for. */
async function tagsAndPages(t: Test, calls: AwsCalls, ecr: EcrUnderTest): Promise<void> {
  const named = { repositoryName: 'contract/pages' }
  await calls.ecr('CreateRepository', { ...named, imageTagMutability: 'IMMUTABLE' })
  const one = await ecr.put('contract/pages', 'one')
  const two = await ecr.put('contract/pages', 'two')
  await t.rejects(ecr.tag('contract/pages', two.digest, 'one'), /already exists/)
  await ecr.tag('contract/pages', one.digest, 'more')
  const seen: unknown[] = []
  let nextToken: unknown
  do {
    const input = { ...named, maxResults: 1, ...(nextToken !== undefined && { nextToken }) }
    const answer = await calls.ecr('DescribeImages', input)
    seen.push(
      ...list(answer['imageDetails']).map((detail) => Reflect.get(Object(detail), 'imageDigest')),
    )
    nextToken = answer['nextToken']
  } while (nextToken !== undefined && seen.length < 10)
  t.strictSame(new Set(seen), new Set([one.digest, two.digest]))
  t.equal(seen.length, 2)
}

/** What is archived is listed when it is asked for, cannot be pulled, and comes back by being put again. */
async function archive(t: Test, calls: AwsCalls, ecr: EcrUnderTest): Promise<void> {
  const named = { repositoryName: 'contract/archive' }
  await calls.ecr('CreateRepository', { ...named, imageTagMutability: 'IMMUTABLE' })
  const { digest } = await ecr.put('contract/archive', 'one')
  await ecr.put('contract/archive', 'two')
  const imageId = { imageDigest: digest }
  const move = (targetStorageClass: string) =>
    calls.ecr('UpdateImageStorageClass', { ...named, imageId, targetStorageClass })
  const listed = async (filter?: object) => {
    const answer = await calls.ecr('DescribeImages', { ...named, ...(filter && { filter }) })
    return list(answer['imageDetails']).map((detail) => Reflect.get(Object(detail), 'imageStatus'))
  }
  t.match(await move('ARCHIVE'), { imageStatus: 'ARCHIVED', imageId })
  t.strictSame(await listed(), ['ACTIVE'], 'what is active, unless it is asked for more')
  t.strictSame(new Set(await listed({ imageStatus: 'ANY' })), new Set(['ACTIVE', 'ARCHIVED']))
  t.strictSame(await listed({ imageStatus: 'ARCHIVED' }), ['ARCHIVED'])
  t.equal(list((await calls.ecr('ListImages', named))['imageIds']).length, 1)
  const every = { ...named, filter: { imageStatus: 'ANY' } }
  t.equal(list((await calls.ecr('ListImages', every))['imageIds']).length, 2)
  const got = await calls.ecr('BatchGetImage', { ...named, imageIds: [imageId] })
  t.strictSame(list(got['images']), [])
  t.match(await move('STANDARD'), { imageStatus: 'ACTIVATING' })
  await ecr.tag('contract/archive', digest, 'one')
  t.strictSame(await listed(), ['ACTIVE', 'ACTIVE'], 'the same image, put again')
  await t.rejects(move('GLACIER'), { code: 'InvalidParameterException' })
  await t.rejects(listed({ imageStatus: 'GONE' }), { code: 'InvalidParameterException' })
}

/** What every ECR does, whoever plays it. */
export async function ecrContract(t: Test, ecr: EcrUnderTest): Promise<void> {
  const calls = await openCalls(ecr.environment)
  await t.test('repositories', (t) => repositories(t, calls))
  await t.test('policies', (t) => policies(t, calls))
  await t.test('images', (t) => images(t, calls, ecr))
  await t.test('tags and pages', (t) => tagsAndPages(t, calls, ecr))
  const skip = ecr.hasArchive ? false : 'it knows no archive'
  await t.test('archive', { skip }, (t) => archive(t, calls, ecr))
  await t.test('a token is for user AWS', async (t) => {
    const { authorizationData } = await calls.ecr('GetAuthorizationToken')
    const [first] = list(authorizationData)
    const token = String(Reflect.get(Object(first), 'authorizationToken'))
    t.match(Buffer.from(token, 'base64').toString(), /^AWS:.+/)
    t.type(Reflect.get(Object(first), 'expiresAt'), 'number')
  })
}
