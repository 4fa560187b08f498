import t, { type Test } from 'tap'

import { deployRole, memoryRoles, rolePolicies } from '../../stand-in/aws/iam/deploy-role.ts'
import {
  escalations,
  functionEscalations,
  indiscretions,
  type Targets,
} from '../../stand-in/aws/iam/escalations.ts'
import { isAllowed, type Wish } from '../../stand-in/aws/iam/policy.ts'
import { simulate } from '../../stand-in/aws/iam/simulate.ts'
import { planLifecyclePolicy } from '../../../plugin/core/retention/lifecycle-policy.ts'
import { unfitSettings } from '../../../plugin/core/retention/managed-elsewhere.ts'

const repository = 'agent-memory-lambda-images'
const targets = {
  preview: { own: 'AgentMemoryStagingPR5', other: 'AgentMemoryProduction', stage: 'production' },
  staging: { own: 'AgentMemoryStaging', other: 'AgentMemoryProduction', stage: 'production' },
  production: { own: 'AgentMemoryProduction', other: 'AgentMemoryStaging', stage: 'staging' },
} as const

/** What is not this environment's: staging and production share one here. */
const reach: Readonly<Record<keyof typeof targets, Targets>> = {
  preview: { ...targets.preview, repository },
  staging: { ...targets.staging, repository: `${repository}-preview` },
  production: { ...targets.production, repository: `${repository}-preview` },
}

/** Neither evaluator lets it pass. */
async function refused(
  t: Test,
  role: ReturnType<typeof deployRole>,
  attempts: Record<string, Wish>,
) {
  for (const [name, wish] of Object.entries(attempts)) {
    t.notOk(isAllowed(role.statements, wish), name)
    t.notOk(await simulate(role.documents(rolePolicies), wish), `${name}, by iam-simulate`)
  }
}

for (const environment of ['preview', 'staging', 'production'] as const) {
  const role = deployRole(memoryRoles[environment])

  t.test(`the role of ${environment} becomes nothing more`, async (t) => {
    const attempts = escalations(reach[environment])
    t.ok(Object.keys(attempts).length >= 25)
    await refused(t, role, attempts)
  })

  t.test(`nor do the functions that ${environment} deploys`, async (t) => {
    const everything = {
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }],
    }
    const [boundary] = role.documents(['Boundary'])
    const attempts = Object.entries(functionEscalations(reach[environment]))
    t.ok(attempts.length >= 25)
    for (const [name, wish] of attempts) {
      t.notOk(isAllowed(role.boundary, wish), name)
      t.notOk(await simulate([everything], wish, boundary), `${name}, by iam-simulate`)
    }
  })
}

for (const environment of ['preview', 'staging'] as const)
  t.test(`the role of ${environment} reads nothing of production's`, async (t) => {
    await refused(t, deployRole(memoryRoles[environment]), indiscretions(reach[environment]))
  })

t.test(
  'a preview reads nothing of staging, but for the variables that it is deployed with',
  async (t) => {
    const of: Targets = {
      own: 'AgentMemoryStagingPR5',
      other: 'AgentMemoryStaging',
      stage: 'staging',
    }
    const { "another environment's secrets": secrets, ...others } = indiscretions(of)
    const role = deployRole(memoryRoles.preview)
    await refused(t, role, { ...escalations({ ...of, repository }), ...others })
    t.ok(secrets !== undefined && isAllowed(role.statements, secrets))
  },
)

t.test('production may have a repository of its own', async (t) => {
  const own = { ProductionRepository: 'agent-memory-production' }
  const push = (name: string): Wish => ({
    action: 'ecr:PutImage',
    resource: `arn:aws:ecr:us-west-2:123456789012:repository/${name}`,
  })
  for (const [environment, mine, others] of [
    ['production', 'agent-memory-production', [repository, `${repository}-preview`]],
    ['staging', repository, ['agent-memory-production', `${repository}-preview`]],
    ['preview', `${repository}-preview`, ['agent-memory-production', repository]],
  ] as const) {
    const role = deployRole({ ...memoryRoles[environment], ...own })
    t.ok(isAllowed(role.statements, push(mine)), environment)
    t.ok(await simulate(role.documents(rolePolicies), push(mine)), environment)
    await refused(t, role, Object.fromEntries(others.map((name) => [name, push(name)])))
  }
})

t.test('Lambda layers are read that are named, and no others', async (t) => {
  const read = (layer: string): Wish => ({
    action: 'lambda:GetLayerVersion',
    resource: `arn:aws:lambda:us-west-2:123456789012:layer:${layer}:3`,
  })
  const FunctionLayers = 'arn:aws:lambda:us-west-2:123456789012:layer:fonts:*'
  const role = deployRole({ ...memoryRoles.preview, FunctionLayers })
  t.ok(isAllowed(role.statements, read('fonts')))
  t.ok(await simulate(role.documents(rolePolicies), read('fonts')))
  await refused(t, role, { another: read('secrets') })
  await refused(t, deployRole(memoryRoles.preview), { 'none is named': read('fonts') })
})

t.test('an API that is named as protected cannot be changed', async (t) => {
  const patch = (id: string): Wish => ({
    action: 'apigateway:PATCH',
    resource: `arn:aws:apigateway:us-west-2::/apis/${id}/routes/a`,
  })
  const ProtectedApis = 'arn:aws:apigateway:us-west-2::/apis/prod1*'
  const role = deployRole({ ...memoryRoles.preview, ProtectedApis })
  t.ok(isAllowed(role.statements, patch('mine')))
  await refused(t, role, { production: patch('prod1') })
})

t.test('the boundary allows what parameters name, but nothing that escalates', async (t) => {
  const role = deployRole({
    ...memoryRoles.preview,
    AllowedActions: 'bedrock:InvokeModel,iam:CreateUser',
    AllowedResources: '*',
  })
  const [boundary] = role.documents(['Boundary'])
  const model = 'arn:aws:bedrock:us-west-2::foundation-model/m'
  const invoke = { action: 'bedrock:InvokeModel', resource: model }
  t.ok(isAllowed(role.boundary, invoke))
  t.ok(await simulate([boundary], invoke, boundary))
  t.notOk(isAllowed(role.boundary, { action: 'iam:CreateUser', resource: '*' }))
  t.end()
})

t.test('the repository of previews is one that a deploy takes as it is', (t) => {
  const { resources } = deployRole({ ...memoryRoles.preview, KeepImages: '7' })
  const made = JSON.parse(JSON.stringify(resources)).PreviewRepository.Properties
  const lifecyclePolicyText = made.LifecyclePolicy.LifecyclePolicyText
  t.equal(made.RepositoryName, `${repository}-preview`)
  t.equal(planLifecyclePolicy(lifecyclePolicyText, 7).differs, false, 'the rules are ours')
  const found = {
    repository: { imageTagMutability: made.ImageTagMutability },
    policyText: JSON.stringify(made.RepositoryPolicyText),
    lifecyclePolicyText,
  }
  const place = { partition: 'aws', region: 'us-west-2', account: '123456789012' }
  const needed = { ...place, stackName: 'AgentMemoryStagingPR5', images: ['lancedb'] }
  t.strictSame(unfitSettings(found, needed), [])
  t.match(made.Tags, [{ Key: 'app' }, { Key: 'container-images:managed', Value: 'elsewhere' }])
  t.notOk('PreviewRepository' in deployRole(memoryRoles.production).resources)
  t.end()
})
