import t from 'tap'

import {
  boundaryProblems,
  boundTemplate,
  checkBounded,
  unboundRoles,
} from '../../../../plugin/core/template/boundary.ts'
import { isBoundary } from '../../../../plugin/core/settings/boundary-name.ts'
import type { Template } from '../../../../plugin/core/template/template.ts'

const value = { 'Fn::Sub': 'arn:${AWS::Partition}:iam::${AWS::AccountId}:policy/team/Bound' }

function bounded(template: Template, boundary = 'team/Bound'): Template {
  return boundTemplate(template, boundary).template
}

const schedule = { Type: 'ScheduleV2', Properties: { ScheduleExpression: 'rate(1 day)' } }
const template: Template = {
  Resources: {
    Role: { Type: 'AWS::IAM::Role', Properties: { Policies: [] } },
    OfAPlugin: { Type: 'AWS::IAM::Role' },
    OwnRole: { Type: 'AWS::Serverless::Function', Properties: { Policies: ['A'] } },
    SharedRole: { Type: 'AWS::Serverless::Function', Properties: { Role: { Ref: 'Role' } } },
    MaybeRole: {
      Type: 'AWS::Serverless::Function',
      Properties: { Role: { 'Fn::If': ['X', 'arn', { Ref: 'AWS::NoValue' }] } },
    },
    Scheduled: {
      Type: 'AWS::Serverless::Function',
      Properties: { Role: 'arn', Events: { Nightly: schedule, Api: { Type: 'HttpApi' } } },
    },
    Machine: { Type: 'AWS::Serverless::StateMachine' },
    Table: { Type: 'AWS::DynamoDB::Table', Properties: {} },
  },
}

t.test('every role gets it, whoever makes it, and nothing else changes', (t) => {
  const after = bounded(template)
  for (const id of ['Role', 'OfAPlugin', 'OwnRole', 'MaybeRole', 'Machine'])
    t.match(after.Resources[id], { Properties: { PermissionsBoundary: value } }, id)
  t.strictSame(after.Resources['Scheduled']?.Properties?.['Events'], {
    Nightly: { ...schedule, Properties: { ...schedule.Properties, PermissionsBoundary: value } },
    Api: { Type: 'HttpApi' },
  })
  for (const id of ['SharedRole', 'Table']) t.equal(after.Resources[id], template.Resources[id], id)
  t.equal(boundTemplate(after, 'team/Bound').template, after, 'twice is once')
  t.equal(boundTemplate(template, undefined).template, template)
  t.strictSame(boundaryProblems(after, 'team/Bound'), [])
  t.strictSame(checkBounded(after, 'team/Bound'), [])
  t.end()
})

t.test('what has it not is named', (t) => {
  const names = ['Role', 'OfAPlugin', 'OwnRole', 'MaybeRole', 'Scheduled.Events.Nightly', 'Machine']
  t.strictSame(unboundRoles(template, 'team/Bound'), names)
  t.equal(checkBounded(template, 'team/Bound').length, names.length)
  t.strictSame(checkBounded(template, undefined), [])
  const arn = 'arn:aws:iam::123456789012:policy/team/Bound'
  t.strictSame(unboundRoles(bounded(template), arn), [], 'by its name as by its ARN')
  t.equal(unboundRoles(bounded(template), 'Other').length, names.length)
  t.end()
})

t.test('what cannot be bound is refused', (t) => {
  const problems = boundaryProblems(
    {
      Resources: {
        Other: { Type: 'AWS::IAM::Role', Properties: { PermissionsBoundary: 'arn:x:policy/Else' } },
        Gradual: {
          Type: 'AWS::Serverless::Function',
          Properties: { DeploymentPreference: { Type: 'Canary10Percent5Minutes' } },
        },
        Off: {
          Type: 'AWS::Serverless::Function',
          Properties: { DeploymentPreference: { Enabled: false } },
        },
        Graph: { Type: 'AWS::Serverless::GraphQLApi' },
      },
    },
    'Bound',
  )
  t.match(problems, [
    { code: 'BOUNDARY_UNFIT', message: /^Resources\.Other has the permissions boundary .*Else/ },
    { message: /^Resources\.Gradual has a DeploymentPreference/ },
    { message: /^Resources\.Graph is a GraphQL API/ },
  ])
  t.equal(problems.length, 3)
  t.end()
})

t.test('names and ARNs of policies', (t) => {
  for (const text of [
    'Bound',
    'team/Bound',
    'arn:aws:iam::123456789012:policy/team/Bound',
    'arn:aws-cn:iam::aws:policy/PowerUserAccess',
  ])
    t.ok(isBoundary(text), text)
  for (const text of ['', 'a b', 'arn:aws:iam::123456789012:role/Bound', '${Bound}', '/', 'a//b'])
    t.notOk(isBoundary(text), text)
  t.end()
})
