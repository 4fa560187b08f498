import t from 'tap'

import { imageMetadata } from '../../../../plugin/core/template/live-functions.ts'
import { heldDigests, previousOf } from '../../../../plugin/core/retention/stack-images.ts'
import { digest } from './digests.ts'

const [now, before, other, older] = ['now', 'before', 'other', 'older'].map(digest)
if (!now || !before || !other || !older) throw new Error('four digests')

function template(imageUri: unknown, metadata?: unknown, type = 'AWS::Serverless::Function') {
  const properties = type.startsWith('AWS::Lambda')
    ? { Code: { ImageUri: imageUri } }
    : { PackageType: 'Image', ImageUri: imageUri }
  const image = { Type: type, Properties: properties, ...(metadata ? { Metadata: metadata } : {}) }
  const zip = { Type: 'AWS::Serverless::Function', Properties: { CodeUri: 's3://a/b' } }
  return { Resources: { ApiLambda: image, GetIndexLambda: zip, Table: { Type: 'AWS::Other' } } }
}

const common = { name: 'AppStaging', status: 'UPDATE_COMPLETE', functions: [] }
const uri = `123456789012.dkr.ecr.us-east-1.amazonaws.com/app@${now}`
const metadata = imageMetadata(before)

t.test('what the template says', (t) => {
  const images = heldDigests({ ...common, template: template(uri, metadata) })
  t.equal(images.kind, 'settled')
  t.strictSame([...images.functions.keys()], ['ApiLambda'])
  t.match(images.functions.get('ApiLambda'), { runs: now, rollsBackTo: before })
  t.strictSame(images.held, new Set([now, before]))
  t.end()
})

t.test('both stages of GetTemplate, text or parsed, also inside of intrinsics', (t) => {
  const forms = [
    template(uri, metadata),
    JSON.stringify(template(uri, metadata)),
    template(uri, metadata, 'AWS::Lambda::Function'),
    template({ 'Fn::Sub': `\${AWS::AccountId}.dkr.ecr/app@${now}` }, metadata),
    template({ 'Fn::Join': ['', [{ Ref: 'Repository' }, `@${now}`]] }, metadata),
  ]
  for (const form of forms)
    t.strictSame(heldDigests({ ...common, template: form }).held, new Set([now, before]))
  t.end()
})

t.test('Lambda is believed first, and everything that either names is held', (t) => {
  const functions = [{ logicalId: 'ApiLambda', digests: [other, older] }]
  const images = heldDigests({ ...common, functions, template: template(uri, metadata) })
  t.match(images.functions.get('ApiLambda'), { runs: other, rollsBackTo: before })
  t.strictSame(images.held, new Set([now, before, other, older]))
  t.end()
})

t.test('a function that Lambda has and the template has not is held too', (t) => {
  const functions = [{ logicalId: 'Gone', digests: [other] }]
  const images = heldDigests({ ...common, functions, template: template(uri) })
  t.strictSame(images.held, new Set([now, other]))
  t.end()
})

const kinds = {
  settled: [
    'CREATE_COMPLETE',
    'UPDATE_COMPLETE',
    'UPDATE_ROLLBACK_COMPLETE',
    'ROLLBACK_COMPLETE',
    'IMPORT_COMPLETE',
    'IMPORT_ROLLBACK_COMPLETE',
  ],
  unsettled: [
    'CREATE_IN_PROGRESS',
    'CREATE_FAILED',
    'ROLLBACK_IN_PROGRESS',
    'ROLLBACK_FAILED',
    'DELETE_IN_PROGRESS',
    'DELETE_FAILED',
    'UPDATE_IN_PROGRESS',
    'UPDATE_COMPLETE_CLEANUP_IN_PROGRESS',
    'UPDATE_FAILED',
    'UPDATE_ROLLBACK_IN_PROGRESS',
    'UPDATE_ROLLBACK_FAILED',
    'UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS',
    'REVIEW_IN_PROGRESS',
    'IMPORT_IN_PROGRESS',
    'IMPORT_ROLLBACK_IN_PROGRESS',
    'IMPORT_ROLLBACK_FAILED',
    'A_STATUS_OF_NEXT_YEAR',
  ],
}

t.test('by status: when in doubt, held', (t) => {
  for (const [kind, statuses] of Object.entries(kinds))
    for (const status of statuses) {
      const images = heldDigests({ ...common, status, template: template(uri, metadata) })
      t.equal(images.kind, kind, status)
      t.strictSame(images.held, new Set([now, before]), status)
    }
  t.end()
})

t.test('a stack that is gone holds nothing, whatever its old template says', (t) => {
  const images = heldDigests({ ...common, status: 'DELETE_COMPLETE', template: template(uri) })
  t.equal(images.kind, 'gone')
  t.equal(images.held.size, 0)
  t.end()
})

t.test('what cannot be read makes a stack unsettled', (t) => {
  const cases = [
    [undefined, /template unreadable/],
    ['Resources:\n  A: 1', /template unreadable/],
    [template('app:latest'), /image of ApiLambda unknown/],
    [template({ Ref: 'ImageUri' }), /image of ApiLambda unknown/],
    [template(uri, { ContainerImages: 'before' }), /Metadata of ApiLambda unreadable/],
    [template(uri, { ContainerImages: { previous: 'sha256:1' } }), /Metadata of ApiLambda/],
  ] as const
  for (const [form, state] of cases) {
    const images = heldDigests({ ...common, template: form })
    t.equal(images.kind, 'unsettled')
    t.match(images.state, state)
  }
  const functions = [{ logicalId: 'ApiLambda', digests: [now] }]
  const resolved = heldDigests({ ...common, functions, template: template('app:latest') })
  t.equal(resolved.kind, 'settled', 'Lambda knows what a tag meant')
  t.end()
})

t.test('the previous digest: what runs, or the older one when nothing changes', (t) => {
  const { functions } = heldDigests({ ...common, template: template(uri, metadata) })
  const live = functions.get('ApiLambda')
  t.equal(previousOf(live, other), now)
  t.equal(previousOf(live, now), before)
  t.equal(previousOf(undefined, now), undefined)
  t.strictSame(imageMetadata(undefined), { ContainerImages: {} })
  t.end()
})
