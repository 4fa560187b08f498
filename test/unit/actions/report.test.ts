import t from 'tap'

import { publishReport, reportDeploy } from '../../../plugin/actions/report.ts'
import type { DeployReport } from '../../../plugin/core/report/deploy-report.ts'
import { formatPullRequestReport } from '../../../plugin/core/report/pull-request-comment.ts'
import type { StackEvent } from '../../../plugin/core/events/stack-event.ts'
import type { LiveFunction } from '../../../plugin/core/template/live-functions.ts'
import type { KnownStack } from '../../../plugin/ports/destroy.ts'
import type { ReportPorts } from '../../../plugin/ports/report.ts'

const stackName = 'AppStagingPR5'
const options = { stackName, baseStack: 'AppStaging' }
const deploy: DeployReport = {
  version: 1,
  stackName,
  started: 1000,
  images: [
    {
      name: 'fonts',
      architecture: 'arm64',
      outcome: 'builtByDocker',
      milliseconds: 400,
      imageUri: 'host/app@next',
      parts: [{ part: 'layers', size: 5_000_000, sent: 0 }],
      functions: [{ logicalId: 'GetIndex', name: 'http get /' }],
    },
  ],
  replaced: [],
}

const event: StackEvent = {
  id: '1',
  time: 2000,
  kind: 'resource',
  logicalId: 'A',
  physicalId: 'a',
  type: 'T',
  status: '',
  reason: '',
}

function stackIn(status: string): KnownStack {
  const outputs = { API: 'https://abc.example' }
  return { id: 'arn', name: stackName, status, changed: 0, outputs }
}

function portsWith(given: Partial<ReportPorts>): ReportPorts {
  return {
    readDeployReport: async () => JSON.stringify(deploy),
    findStack: async () => stackIn('UPDATE_COMPLETE'),
    lastEvents: async () => [
      { ...event, kind: 'stack', logicalId: stackName, status: 'UPDATE_IN_PROGRESS' },
      { ...event, id: '2', status: 'UPDATE_FAILED', reason: 'No.' },
    ],
    blind: () => undefined,
    functionStates: async () => [],
    appNames: async () => new Map(),
    liveFunctions: async () => undefined,
    imageSize: async (uri) => (uri === 'host/app@next' ? 5_000_000 : 4_000_000),
    servedParts: async () => undefined,
    now: () => 6000,
    setStepOutput: async () => {},
    putComment: async () => {},
    ...given,
  }
}

t.test('a deploy that went well', async (t) => {
  const live: LiveFunction = {
    logicalId: 'GetIndex',
    packageType: 'Image',
    architectures: ['arm64'],
    imageUri: 'host/app@before',
  }
  const liveFunctions = async () => new Map([[live.logicalId, live]])
  t.strictSame(await reportDeploy(options, portsWith({ liveFunctions })), {
    ...options,
    outcome: 'success',
    changes: new Map([['host/app@next', 1_000_000]]),
    failures: [],
    deploy,
    duration: 5000,
    url: 'https://abc.example',
  })
})

t.test('of an image that Docker built a failure names its reasons, too', async (t) => {
  const ports = portsWith({ findStack: async () => stackIn('UPDATE_ROLLBACK_COMPLETE') })
  for (const step of ['failure', undefined] as const) {
    const read = await reportDeploy({ ...options, ...(step && { step }) }, ports)
    t.match(read, { outcome: 'failure', failures: [{ reason: 'No.' }], duration: 5000 })
  }
})

t.test('a stack that never was is not called deployed', async (t) => {
  const ports = portsWith({ findStack: async () => undefined, readDeployReport: async () => '' })
  for (const step of ['success', undefined] as const) {
    const read = await reportDeploy({ ...options, ...(step && { step }) }, ports)
    t.match(formatPullRequestReport(read), '### There is no stack `AppStagingPR5`')
  }
})

t.test("another stack's deploy is not reported as this one's", async (t) => {
  const readDeployReport = async () => JSON.stringify({ ...deploy, stackName: 'Other' })
  t.equal((await reportDeploy(options, portsWith({ readDeployReport }))).deploy, undefined)
})

t.test('what was read is told to the workflow and to the pull request', async (t) => {
  const told: unknown[] = []
  const ports = portsWith({
    setStepOutput: async (...output) => void told.push(output),
    putComment: async (...comment) => void told.push(comment),
  })
  const report = await reportDeploy(options, ports)
  await publishReport(report, {}, ports)
  t.strictSame(told, [['url', 'https://abc.example']])
  await publishReport(report, { pullRequest: 5 }, ports)
  t.match(told[2], [5, /AppStagingPR5/, /AppStagingPR5/])
  const gone = await reportDeploy(options, portsWith({ findStack: async () => undefined }))
  await publishReport(gone, {}, ports)
  t.equal(told.length, 3, 'no stack, no address')
})
