import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import t from 'tap'

import { readImageSettings } from '../../../../plugin/core/settings/read-settings.ts'
import { type ImageOutcome, imageOutcomes } from '../../../../plugin/core/report/image-report.ts'
import { parseDeployReport } from '../../../../plugin/core/report/deploy-report.ts'
import { formatPullRequestReport } from '../../../../plugin/core/report/pull-request-comment.ts'
import { writeDeployReport } from '../../../../plugin/effects/report/write-deploy-report.ts'
import { digestOf } from '../../../../plugin/oci/digest.ts'
import type { VerifiedImage } from '../../../../plugin/ports/image-stages.ts'

const stackName = 'AppStagingPR5'
const digest = digestOf('an image')

function imageWith(outcome: ImageOutcome): VerifiedImage {
  const served = { digest, mediaType: '', bytes: new Uint8Array() }
  const parts = [{ part: 'layers' as const, size: 123_000_000, sent: 0 }]
  return {
    image: {
      name: outcome.toLowerCase(),
      architecture: 'arm64',
      nodeVersion: 24,
      base: 'node:24',
      definition: { kind: 'package', directory: '/docker/a', packageManager: 'npm' },
      settings: readImageSettings(),
      functions: [
        {
          logicalId: 'GetIndex',
          pragma: 'http',
          name: 'get /',
          folder: 'http/get-index',
          sourceDirectory: '/src/http/get-index',
          entryFile: '/src/http/get-index/index.mjs',
          handlerExport: 'handler',
          command: 'http/get-index/index.handler',
          environment: {},
        },
      ],
    },
    bundle: { files: [], digest, notes: [] },
    identity: digestOf('definition'),
    tag: 'a',
    imageUri: `host/app-${outcome}@${digest}`,
    pushed: {
      served,
      report: { name: outcome, architecture: 'arm64', outcome, parts, milliseconds: 1200 },
    },
    notes: [],
    entryPoint: [],
  }
}

const outcomes: readonly ImageOutcome[] = ['built', 'builtByDocker', 'found', 'adopted']

t.test('no outcome is left out below', (t) => {
  t.strictSame(outcomes.toSorted(), Object.keys(imageOutcomes).toSorted())
  t.end()
})

t.test('every outcome that a deploy writes is read again, and in the comment', async (t) => {
  const file = join(t.testdir(), 'report.json')
  await writeDeployReport(file, {
    stackName,
    images: outcomes.map(imageWith),
    packages: new Map(),
    replaced: [],
  })
  const text = await readFile(file, 'utf8')
  const deploy = parseDeployReport(text)
  t.strictSame(deploy, JSON.parse(text))
  t.strictSame(
    deploy?.images.map(({ outcome }) => outcome),
    outcomes,
  )
  const comment = formatPullRequestReport({
    stackName,
    outcome: 'success',
    ...(deploy !== undefined && { deploy }),
    duration: 5000,
    baseStack: 'AppStaging',
    changes: new Map(),
    failures: [],
  })
  for (const outcome of outcomes)
    t.match(comment, `| \`${outcome}\` arm64 | \`http get /\` | 123 MB`)
  t.match(comment, /`builtByDocker`.*\| by Docker \|/, 'what Docker sent is not known')
  t.match(comment, 'Took 5 s.')
})

t.test('an outcome of no deploy is not read', async (t) => {
  const file = join(t.testdir(), 'report.json')
  await writeDeployReport(file, {
    stackName,
    images: [imageWith('built')],
    packages: new Map(),
    replaced: [],
  })
  const text = await readFile(file, 'utf8')
  t.equal(parseDeployReport(text.replace('"outcome": "built"', '"outcome": "toString"')), undefined)
  t.equal(parseDeployReport(text.replace('1200', '"soon"')), undefined)
})
