import { readImageSettings } from '../../../plugin/core/settings/read-settings.ts'
import { imageMetadata } from '../../../plugin/core/template/live-functions.ts'
import type { StackImages } from '../../../plugin/core/retention/stack-images.ts'
import { type Aws, openAws } from '../../../plugin/effects/aws/client.ts'
import { openEcrRepository } from '../../../plugin/effects/ecr/ecr.ts'
import { liveImages, readLiveStack } from '../../../plugin/effects/stacks/live-stack.ts'
import { listImages } from '../../../plugin/effects/ecr/stored-images.ts'
import { createHold } from '../../../plugin/effects/retention/hold-images.ts'
import { createPrune } from '../../../plugin/effects/retention/prune-tags.ts'
import { parseHostMap } from '../../../plugin/effects/registry/host-map.ts'
import { tagHeldImages } from '../../../plugin/effects/retention/tag-held-images.ts'
import { digestOf, type Digest } from '../../../plugin/oci/digest.ts'
import type { VerifiedImage } from '../../../plugin/ports/image-stages.ts'
import type { Repository, ServedManifest } from '../../../plugin/ports/repository.ts'
import { type AwsCalls, openCalls } from '../assertions/aws-calls.ts'
import { type AwsOptions, type AwsStandIn, startAws } from '../aws/index.ts'
import { pushImage } from './push-image.ts'

export const repositoryName = 'app-images'
const hour = 60 * 60 * 1000

/** An account whose clock a test moves, with the plugin's own reads and changes of retention. */
export interface RetentionAccount {
  readonly aws: AwsStandIn
  readonly calls: AwsCalls
  /** Hours. */
  pass(hours: number): void
  now(): number
  /** The steps of one deploy of a stack with one function, each to be called in its turn. */
  deploy(stack: string, options?: { readonly keep?: number }): RetentionDeploy
  /** Digests that are in the repository. */
  present(): Promise<ReadonlySet<string>>
  tagsOf(digest: string): Promise<readonly string[]>
  /** What deploys have said. */
  readonly notes: readonly string[]
  close(): Promise<void>
}

export interface RetentionDeploy {
  prune(): Promise<void>
  /** Pushes an image without like. */
  build(): Promise<Digest>
  /**
   * What the template will say the function ran before; `gone` when the image has expired.
   * `meanwhile` happens after it was found.
   */
  hold(digest: Digest, meanwhile?: () => Promise<void>): Promise<Digest | undefined | 'gone'>
  /** `breaks` adds a function whose image is nowhere, so that CloudFormation rolls back. */
  submit(digest: Digest, previous: Digest | undefined, breaks?: boolean): Promise<void>
  /** All of it, one after the other. */
  run(breaks?: boolean): Promise<Digest>
}

/** An image with one function, as a deploy has it after its check. */
function verified(logicalId: string, served: ServedManifest): VerifiedImage {
  const settings = readImageSettings()
  const report = { name: 'lancedb', architecture: 'arm64', outcome: 'found', parts: [] } as const
  return {
    image: {
      name: 'lancedb',
      architecture: 'arm64',
      nodeVersion: 24,
      base: 'public.ecr.aws/lambda/nodejs:24',
      definition: { kind: 'package', directory: '/app/docker/lancedb', packageManager: 'npm' },
      settings,
      functions: [
        {
          logicalId,
          pragma: 'scheduled',
          name: 'compact',
          folder: 'scheduled/compact',
          sourceDirectory: '/app/src/scheduled/compact',
          entryFile: '/app/src/scheduled/compact/index.mjs',
          handlerExport: 'handler',
          command: 'scheduled/compact/index.handler',
          environment: {},
        },
      ],
    },
    bundle: { files: [], digest: served.digest, notes: [] },
    identity: digestOf('definition'),
    tag: 'lancedb-arm64-0',
    imageUri: '',
    entryPoint: [],
    notes: [],
    pushed: { served, report: { ...report, milliseconds: 0 } },
  }
}

export async function openRetentionAccount(
  options: Partial<AwsOptions> = {},
): Promise<RetentionAccount> {
  let time = Date.UTC(2026, 10, 23, 22)
  const now = (): number => time
  const aws = await startAws({ lambdaRules: false, pollsUntilSettled: 0, now, ...options })
  Object.assign(process.env, aws.environment)
  const client = await openAws({ inventory: { inv: { aws: { region: 'us-west-2' } } } })
  const calls = await openCalls(aws.environment)
  const hostMap = parseHostMap(aws.environment['ARC_CONTAINER_IMAGES_REGISTRIES'] ?? '')
  const imageUri = (digest: string): string => `${aws.registryHost}/${repositoryName}@${digest}`
  let builds = 0
  const notes: string[] = []

  function open(keep: number): Promise<Repository> {
    return openEcrRepository({
      aws: client,
      name: repositoryName,
      hostMap,
      stackName: 'App',
      managed: 'here',
      settings: { keep, images: ['lancedb'], tags: {} },
      tagFirst: async (repository) => {
        const images = await listImages(client, repositoryName)
        await tagHeldImages({ aws: client, repository, images, now: now() })
      },
      say: () => {},
    })
  }

  function deploy(stackName: string, { keep = 2 } = {}): RetentionDeploy {
    const once = reads(client, stackName)
    const shared = {
      ...once,
      stackName,
      repository: () => open(keep),
      progress: () => {},
      now,
      aws: async () => client,
      name: repositoryName,
      say: (note: string) => void notes.push(note),
    }
    const steps: RetentionDeploy = {
      prune: createPrune(shared),
      async build() {
        await open(keep)
        const fingerprint = digestOf(String(builds++)).slice(7, 39)
        return pushImage(aws, { repository: repositoryName, tag: `lancedb-arm64-${fingerprint}` })
      },
      async hold(digest, meanwhile) {
        const repository = await open(keep)
        const served = await repository.getManifest(digest)
        if (served === undefined) return 'gone'
        await meanwhile?.()
        const held = await createHold(shared)(verified('Function', served))
        return held === undefined ? 'gone' : held.previous.get('Function')
      },
      async submit(digest, previous, breaks = false) {
        const resource = (uri: string) => ({
          Type: 'AWS::Serverless::Function',
          Properties: { PackageType: 'Image', ImageUri: uri, Architectures: ['arm64'] },
          Metadata: imageMetadata(previous),
        })
        const broken = breaks ? { Broken: resource(imageUri(`sha256:${'0'.repeat(64)}`)) } : {}
        const Resources = { Function: resource(imageUri(digest)), ...broken }
        const there = aws.stack(stackName) !== undefined
        await calls.cloudformation(there ? 'UpdateStack' : 'CreateStack', {
          StackName: stackName,
          TemplateBody: JSON.stringify({ Transform: 'AWS::Serverless-2016-10-31', Resources }),
          'Capabilities.member.1': 'CAPABILITY_IAM',
          'Capabilities.member.2': 'CAPABILITY_AUTO_EXPAND',
        })
        if ((options.pollsUntilSettled ?? 0) === 0)
          await calls.cloudformation('DescribeStacks', { StackName: stackName })
      },
      async run(breaks) {
        await steps.prune()
        const digest = await steps.build()
        const previous = await steps.hold(digest)
        if (previous === 'gone') throw new Error('the image is gone')
        await steps.submit(digest, previous, breaks)
        return digest
      },
    }
    return steps
  }

  return {
    aws,
    calls,
    now,
    pass: (hours) => {
      time += hours * hour
    },
    deploy,
    notes,
    present: async () => new Set(await aws.registry.manifests(repositoryName)),
    async tagsOf(digest) {
      const tags = await aws.registry.tags(repositoryName)
      return [...tags].filter(([, tagged]) => tagged === digest).map(([tag]) => tag)
    },
    close: () => aws.close(),
  }
}

/** As a deploy does it: each is read once, when it begins. */
function reads(client: Aws, stackName: string) {
  let live: Promise<StackImages> | undefined
  let images: ReturnType<typeof listImages> | undefined
  return {
    live: () =>
      (live ??= readLiveStack({ aws: client, stackName }).then((stack) =>
        liveImages(stackName, stack),
      )),
    images: () => (images ??= listImages(client, repositoryName)),
  }
}
