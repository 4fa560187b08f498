import t from 'tap'

import { runArcImages } from '../stand-in/harness/arc-images.ts'
import { deployRole, greeterPreview } from '../stand-in/aws/iam/deploy-role.ts'
import { makeEnvironment } from '../stand-in/aws/iam/make-environment.ts'
import { isAllowed, type Wish } from '../stand-in/aws/iam/policy.ts'
import { boundaryArn } from '../stand-in/aws/iam/resource-types.ts'
import { type ImageApp, openImageApp } from '../stand-in/inputs/image-app.ts'

const { statements } = deployRole(greeterPreview)
const environment = { ARC_CONTAINER_IMAGES_BOUNDARY: boundaryArn }
const args = ['deploy', '--no-hydrate', '--name', 'PR5']

/** Whose credentials the calls have: an administrator's until the environment is there. */
let mayDo: (wish: Wish) => boolean = () => true

const app = await openImageApp({ aws: { mayDo: (wish) => mayDo(wish) } })
t.teardown(() => app.close())
await makeEnvironment(app, greeterPreview)

/** Another plugin's function, whose image is nowhere, and a role that it changes beside. */
async function breakNext({ edit, write }: ImageApp): Promise<void> {
  await write(
    'breaker.cjs',
    `module.exports = {
  deploy: {
    start({ cloudformation }) {
      const { Resources } = cloudformation
      Resources.Role.Properties.Policies.push({ PolicyName: 'More', PolicyDocument: {} })
      Resources.Theirs = { Type: 'AWS::IAM::Role', Properties: { Policies: [] } }
      Resources.Broken = {
        Type: 'AWS::Serverless::Function',
        Properties: {
          PackageType: 'Image',
          ImageUri: '123456789012.dkr.ecr.us-west-2.amazonaws.com/greeter-lambda-images-preview@sha256:${'0'.repeat(64)}',
          Architectures: ['arm64'],
          CodeUri: 'src/http/get-index',
        },
      }
      return cloudformation
    },
  },
}
`,
  )
  await edit('app.arc', (text) =>
    text.replace('@plugins\n', '@plugins\nbreaker\n  src breaker.cjs\n'),
  )
}

t.test('a preview is made with exactly the policies of its role', async (t) => {
  mayDo = (wish) => isAllowed(statements, wish)
  const bucket = 'greeter-deploys-preview-123456789012'
  t.match(await runArcImages(app, ['bucket', bucket]), { exitCode: 0 })
  const run = await app.deploy({ args, environment })
  t.equal(run.exitCode, 0, run.output)
  t.equal(app.aws.stack('GreeterStagingPR5')?.status, 'CREATE_COMPLETE')
})

t.test('without the boundary it makes no role', async (t) => {
  const run = await app.deploy({ args: [...args.slice(0, -1), 'PR6'] })
  t.not(run.exitCode, 0)
  t.match(app.aws.stack('GreeterStagingPR6'), {
    status: 'ROLLBACK_COMPLETE',
    reason: /iam:CreateRole on arn:aws:iam::123456789012:role\/GreeterStagingPR6-Role/,
  })
})

t.test('an update that fails is rolled back with them too', async (t) => {
  const before = app.aws.stack('GreeterStagingPR5')?.deployment.template
  await breakNext(app)
  const run = await app.deploy({ args, environment })
  t.not(run.exitCode, 0, run.output)
  t.match(app.aws.stack('GreeterStagingPR5'), {
    status: 'UPDATE_ROLLBACK_COMPLETE',
    reason: /\[Broken\]/,
    deployment: { template: before },
  })
})

t.test('boundaries that come with a failing update could not be taken back', async (t) => {
  const stack = app.aws.stack('GreeterStagingPR5')
  const template = JSON.parse(stack?.deployment.template ?? '{}')
  for (const resource of Object.values<{ Properties?: Record<string, unknown> }>(
    template.Resources,
  ))
    delete resource.Properties?.['PermissionsBoundary']
  Object.assign(stack?.deployment ?? {}, { template: JSON.stringify(template) })
  const pushed = app.aws.registry.journal.length
  const run = await app.deploy({ args, environment })
  t.match(run.output, /BOUNDARY_MISSING: .*arc-images bound --stack GreeterStagingPR5/)
  t.equal(app.aws.registry.journal.length, pushed, 'so it is refused before anything is built')
})
