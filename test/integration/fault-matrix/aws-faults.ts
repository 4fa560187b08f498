import type { ImageApp } from '../../stand-in/inputs/image-app.ts'
import type { FaultEnd, FaultGroup, FaultRow } from './fault-row.ts'

type Fault = Parameters<ImageApp['aws']['refuse']>[0]['fault']

/** What the plugin asks AWS in a deploy; Architect's own calls come later, with its own errors. */
const asked = {
  first: [
    'cloudformation:DescribeStacks',
    'cloudformation:GetTemplate',
    'ecr:DescribeRepositories',
    'ecr:GetAuthorizationToken',
    'ecr:CreateRepository',
    'ecr:SetRepositoryPolicy',
    'ecr:PutLifecyclePolicy',
  ],
  next: [
    'cloudformation:DescribeStacks',
    'cloudformation:GetTemplate',
    'ecr:DescribeRepositories',
    'ecr:GetRepositoryPolicy',
    'ecr:GetLifecyclePolicy',
    'ecr:ListTagsForResource',
    'ecr:DescribeImages',
    'ecr:GetAuthorizationToken',
  ],
} as const

function row(name: string, call: string, fault: Fault, end: FaultEnd, times?: number): FaultRow {
  const [service = '', action = ''] = call.split(':')
  return {
    name: `${name}: ${call}`,
    end,
    inject: (app) =>
      app.aws.refuse({ service, action, fault, ...(times !== undefined && { times }) }),
  }
}

const denied = (call: string): FaultEnd => ({
  codes: ['AWS_DENIED'],
  says: new RegExp(`${call} on .*: AccessDenied.* Allow ${call} on .* for the deploying role`),
})

const expired: FaultEnd = {
  codes: ['AWS_CREDENTIALS_REFUSED'],
  says: /ExpiredToken.* Renew them or name another profile/,
}

export const awsGroups: readonly FaultGroup[] = [
  {
    name: 'AWS denies a first deploy',
    from: 'nothing',
    rows: asked.first.map((call) => row('denied at first', call, 'AccessDenied', denied(call))),
  },
  {
    name: 'AWS denies a deploy',
    rows: asked.next.map((call) => row('denied', call, 'AccessDenied', denied(call))),
  },
  {
    name: 'AWS in trouble',
    rows: [
      row('throttled twice', 'ecr:DescribeImages', 'Throttling', 'deployed', 2),
      row('throttled twice', 'cloudformation:GetTemplate', 'Throttling', 'deployed', 2),
      row('throttled for ever', 'ecr:GetAuthorizationToken', 'Throttling', {
        codes: ['AWS_FAILED'],
        says: /ThrottlingException: .* asked several times: try again later/,
      }),
      row('500 once', 'ecr:DescribeRepositories', 'InternalFailure', 'deployed', 1),
      row('500 once', 'cloudformation:GetTemplate', 'InternalFailure', 'deployed', 1),
      row('500 for ever', 'ecr:DescribeImages', 'InternalFailure', {
        codes: ['AWS_FAILED'],
        says: /500 InternalFailure: .* try again later/,
      }),
      row('503 once', 'ecr:GetAuthorizationToken', 'ServiceUnavailable', 'deployed', 1),
      row('503 for ever', 'cloudformation:GetTemplate', 'ServiceUnavailable', {
        codes: ['AWS_FAILED'],
        says: /503 ServiceUnavailable: .* try again later/,
      }),
      row("a proxy's 502 once", 'ecr:GetLifecyclePolicy', 'gateway', 'deployed', 1),
      row("a proxy's 502 for ever", 'ecr:GetLifecyclePolicy', 'gateway', {
        codes: ['AWS_FAILED'],
        says: /502: .* try again later/,
      }),
      row('reset once', 'ecr:GetRepositoryPolicy', 'reset', 'deployed', 1),
      row('reset for ever', 'ecr:GetRepositoryPolicy', 'reset', {
        codes: ['AWS_FAILED'],
        says: /no answer: .*ECONNRESET\. Check the network, the region and HTTPS_PROXY/,
      }),
      row('expired by then', 'cloudformation:GetTemplate', 'ExpiredToken', expired),
      row('expired by then', 'ecr:DescribeImages', 'ExpiredToken', expired),
      row('expired by then', 'ecr:GetAuthorizationToken', 'ExpiredToken', expired),
      row('an unknown key', 'ecr:DescribeRepositories', 'UnknownAccessKey', {
        codes: ['AWS_CREDENTIALS_REFUSED'],
        says: /Renew them or name another profile/,
      }),
      row('a wrong secret', 'ecr:DescribeRepositories', 'SignatureMismatch', {
        codes: ['AWS_CREDENTIALS_REFUSED'],
        says: /Renew them or name another profile/,
      }),
    ],
  },
]
