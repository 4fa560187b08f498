import t from 'tap'

import { deployRole, memoryRoles } from '../stand-in/aws/iam/deploy-role.ts'
import { lintPolicy, skipWithoutJudges } from './toolchain/judges.ts'

t.setTimeout(600_000)

/** What they find and we know: AWS's own examples compare a boundary by StringEquals, for one. */
const known = [
  // parliament takes `aws` for an account's place; it is the transform's own ARN.
  /^MEDIUM - Invalid ARN .*transform\/Serverless-2016-10-31/,
  /^LOW - Mismatched type, but usable/,
  // Younger than parliament's list; botocore's model has it (aws-models.test.ts).
  /^LOW - Unknown action .*cloudformation:DescribeEvents /,
  // Of production only: gc reads what runs in the region.
  /^LOW - Unnecessary use of Resource \* .*cloudformation:GetTemplate/,
  // The login of a registry is a credential.
  /^Potential Issue found: Policy allows actions that return credentials$/,
  /^Actions: ecr:GetAuthorizationToken$/,
]

t.test(
  'parliament and cloudsplaining on every policy',
  { skip: await skipWithoutJudges() },
  async (t) => {
    for (const [environment, parameters] of Object.entries(memoryRoles)) {
      const role = deployRole(parameters)
      for (const id of ['DeployPolicy', 'StackPolicy', 'Boundary']) {
        const told = await lintPolicy(role.documents([id])[0])
        const news = told.filter((line) => !known.some((pattern) => pattern.test(line)))
        t.strictSame(news, [], `${environment}: ${id}`)
      }
    }
  },
)

t.test('they would notice', { skip: await skipWithoutJudges() }, async (t) => {
  const Statement = [
    {
      Effect: 'Allow',
      Action: ['iam:CreateRole', 'iam:AttachRolePolicy', 'iam:PassRole'],
      Resource: '*',
    },
  ]
  t.match((await lintPolicy({ Version: '2012-10-17', Statement })).join(), /Potential Issue/)
})
