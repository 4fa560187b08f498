import t from 'tap'

import { causeOf } from '../../../../plugin/core/events/diagnosis.ts'
import {
  type DeployReport,
  parseDeployReport,
} from '../../../../plugin/core/report/deploy-report.ts'
import {
  formatPullRequestReport,
  type PullRequestReport,
} from '../../../../plugin/core/report/pull-request-comment.ts'
import { resourceEvent } from '../../../fixtures/stack-events.ts'

const deploy: DeployReport = {
  version: 1,
  stackName: 'AgentMemoryStagingPR5',
  started: 0,
  images: [
    {
      name: 'lancedb',
      architecture: 'arm64',
      outcome: 'built',
      milliseconds: 400,
      imageUri: 'host/app@sha256:1',
      parts: [
        { part: 'base', size: 61_000_000, sent: 0 },
        { part: 'dependencies', size: 62_000_000, sent: 0 },
        { part: 'app', size: 12_000, sent: 12_000 },
      ],
      functions: [
        { logicalId: 'AnyStreams', name: 'http any /api/streams/:id' },
        { logicalId: 'Compact', name: 'scheduled compact' },
      ],
    },
  ],
  replaced: [],
}
const report: PullRequestReport = {
  stackName: 'AgentMemoryStagingPR5',
  outcome: 'success',
  deploy,
  duration: 83_400,
  url: 'https://abc.execute-api.us-west-2.amazonaws.com',
  baseStack: 'AgentMemoryStaging',
  changes: new Map([['host/app@sha256:1', 1_200_000]]),
  failures: [],
}

t.test('a deploy that went well', (t) => {
  t.equal(
    formatPullRequestReport(report),
    `<!-- arc-images: AgentMemoryStagingPR5 -->

### Deployed \`AgentMemoryStagingPR5\`

<https://abc.execute-api.us-west-2.amazonaws.com>

| image | functions | size | against \`AgentMemoryStaging\` | sent |
| --- | --- | --- | --- | --- |
| \`lancedb\` arm64 | \`http any /api/streams/:id\`<br>\`scheduled compact\` | 123 MB | +1.2 MB | 12 kB |

Took 1 min 23 s.`,
  )
  t.end()
})

t.test('changes: same, smaller, new; nothing sent', (t) => {
  const cell = (changes: ReadonlyMap<string, number>) =>
    formatPullRequestReport({ ...report, changes })
      .split('\n')
      .at(-3)
      ?.split(' | ')
      .at(-2)
  t.equal(cell(new Map([['host/app@sha256:1', 0]])), 'same')
  t.equal(cell(new Map([['host/app@sha256:1', -3400]])), '−3.4 kB')
  t.equal(cell(new Map()), 'new')
  t.end()
})

t.test('replacements are named', (t) => {
  const replaced = [{ logicalId: 'Compact', name: 'scheduled compact' }]
  t.match(
    formatPullRequestReport({ ...report, deploy: { ...deploy, replaced } }),
    '\nReplaced, since they change from zip to image (new name and log group):\n- `scheduled compact` (`Compact`)\n',
  )
  t.end()
})

t.test('a failure names what CloudFormation gave up on, and no value of the environment', (t) => {
  const reason =
    'Lambda was unable to configure your environment variables because the environment variables you have provided exceeded the 4KB limit. String measured: {"TOKEN":"s3cret"}'
  const names = new Map([['Compact', 'scheduled compact']])
  const failures = [causeOf(resourceEvent({ logicalId: 'Compact', reason }), names)]
  const text = formatPullRequestReport({ ...report, outcome: 'failure', failures })
  t.match(text, '### Could not deploy `AgentMemoryStagingPR5`')
  t.match(text, '- `scheduled compact`, `Compact` (`AWS::Lambda::Function`): `Lambda was unable')
  t.match(text, "<br>See the plugin's docs/troubleshooting.md: `exceeded the 4KB limit.")
  t.match(text, 'String measured: (left out)')
  t.notMatch(text, 's3cret')
  t.notMatch(text, 'execute-api', 'the address of what was there before')
  const { deploy: _, duration: __, ...early } = report
  t.equal(
    formatPullRequestReport({ ...early, outcome: 'failure' }),
    `<!-- arc-images: AgentMemoryStagingPR5 -->

### Could not deploy \`AgentMemoryStagingPR5\`

The log of the deploy says why.`,
  )
  t.end()
})

t.test('packages that changed, a few lines of them', (t) => {
  const packages = Array.from({ length: 7 }, (_, at) => ({
    change: 'bumped' as const,
    name: `p${at}`,
    before: ['1.0.0'],
    after: ['1.0.1'],
    bytes: 2000 - at,
  }))
  const images = deploy.images.map((image) => ({ ...image, packages }))
  const changed = { ...deploy, images }
  t.match(
    formatPullRequestReport({ ...report, deploy: changed }),
    `Packages of \`lancedb\` arm64:
- \`p0 1.0.0 to 1.0.1, 2.0 kB\`
- \`p1 1.0.0 to 1.0.1, 2.0 kB\`
- \`p2 1.0.0 to 1.0.1, 2.0 kB\`
- \`p3 1.0.0 to 1.0.1, 2.0 kB\`
- \`p4 1.0.0 to 1.0.1, 2.0 kB\`
- and 2 more, 4.0 kB
`,
  )
  t.strictSame(parseDeployReport(JSON.stringify(changed)), changed)
  t.end()
})

t.test('text from outside cannot leave its code span or its cell', (t) => {
  const reason = 'a `code` | <img src=x>\n\n# heading'
  const failures = [causeOf(resourceEvent({ logicalId: 'A', type: 'T', reason }), new Map())]
  t.match(
    formatPullRequestReport({ ...report, outcome: 'failure', failures }),
    '- `A` (`T`): `` a `code` \\| <img src=x> # heading ``\n',
  )
  t.end()
})

t.test('a report is read as it was written, and nothing else is', (t) => {
  t.strictSame(parseDeployReport(JSON.stringify(deploy)), deploy)
  const broken = [
    '',
    'null',
    '{}',
    JSON.stringify({ ...deploy, version: 2 }),
    JSON.stringify({ ...deploy, images: [{}] }),
    JSON.stringify({ ...deploy, images: [{ ...deploy.images[0], parts: [{ size: 'x' }] }] }),
    JSON.stringify({ ...deploy, images: [{ ...deploy.images[0], imageUri: 1 }] }),
    JSON.stringify({ ...deploy, replaced: [1] }),
    JSON.stringify({ ...deploy, images: [{ ...deploy.images[0], packages: [{}] }] }),
  ]
  for (const text of broken) t.equal(parseDeployReport(text), undefined, text)
  t.end()
})
