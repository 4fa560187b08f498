import t from 'tap'

import { formatBaseMove } from '../../../../plugin/core/report/base-move.ts'
import { type LiveFunctionFacts, planDeploy } from '../../../../plugin/core/report/deploy-plan.ts'
import type { PlannedImage } from '../../../../plugin/core/model.ts'
import { digestOf } from '../../../../plugin/oci/digest.ts'
import { plannedFunction, plannedImage } from '../../../stand-in/inputs/planned-image.ts'

type Versions = Readonly<Record<string, string>>

const [one, two] = [digestOf('one'), digestOf('two')]

function image(...ids: string[]): PlannedImage {
  const functions = ids.map((logicalId) =>
    plannedFunction({ logicalId, pragma: 'scheduled', name: logicalId.toLowerCase() }),
  )
  return plannedImage({ name: 'lancedb', functions })
}

function live(...functions: LiveFunctionFacts[]): ReadonlyMap<string, LiveFunctionFacts> {
  return new Map(functions.map((each) => [each.logicalId, each]))
}

const running = {
  logicalId: 'A',
  packageType: 'Image',
  architecture: 'arm64',
  digest: one,
} as const
const facts = { digest: one, base: 'b@1', dependencies: 'd1', bundle: 'x', size: 100 }
const known = { liveImages: new Map([[one, facts]]), functions: new Set(['A', 'B', 'C']) }

t.test('nothing is live', (t) => {
  const input = { ...known, live: live(), images: [{ image: image('A'), tag: 't', facts: {} }] }
  t.strictSame(planDeploy(input), {
    images: [{ name: 'lancedb (arm64)', tag: 't', isThere: false, state: 'new', changes: [] }],
    functions: [{ name: 'scheduled a', state: 'new', changes: [] }],
  })
  t.end()
})

const listed = (versions: Versions) =>
  Object.entries(versions).map(([name, version]) => ({ name, version }))

t.test('packages that differ are named, as far as the image names them itself', (t) => {
  const changesOf = (next: Versions, before: Versions) => {
    const liveImages = new Map([[one, { ...facts, packages: { named: listed(before) } }]])
    const to = { ...facts, digest: two, dependencies: 'd2', packages: { named: listed(next) } }
    const images = [{ image: image('A'), tag: 't', facts: to }]
    return planDeploy({ ...known, liveImages, live: live(running), images }).images[0]?.changes
  }
  const before = { sharp: '0.33.5', ms: '2.1.1', same: '1.0.0' }
  t.strictSame(changesOf({ sharp: '0.35.5', zod: '4.0.0', same: '1.0.0' }, before), [
    'dependencies (ms 2.1.1 removed, sharp 0.33.5 to 0.35.5, zod 4.0.0 added)',
  ])
  t.strictSame(changesOf(before, before), ['dependencies'], 'what they bring along differs')
  t.end()
})

t.test('nothing changes', (t) => {
  const input = { ...known, live: live(running), images: [{ image: image('A'), tag: 't', facts }] }
  t.match(planDeploy(input), {
    images: [{ state: 'unchanged', isThere: true, size: 100, liveSize: 100, changes: [] }],
    functions: [{ state: 'unchanged', changes: [] }],
  })
  t.end()
})

for (const [next, changes] of [
  [{ ...facts, digest: two, bundle: 'y' }, ['code']],
  [{ ...facts, digest: two, base: 'b@2', dependencies: 'none' }, ['base', 'dependencies']],
  [{ base: 'b@1', dependencies: 'to be installed', bundle: 'x' }, ['dependencies']],
  [{ digest: two }, ['content']],
] as const) {
  t.test(`changed: ${changes.join(', ')}`, (t) => {
    const images = [{ image: image('A'), tag: 't', facts: next }]
    t.match(planDeploy({ ...known, live: live(running), images }), {
      images: [{ state: 'changed', changes, isThere: 'digest' in next }],
      functions: [{ state: 'changed', changes: ['image lancedb'] }],
    })
    t.end()
  })
}

t.test('functions that are replaced, removed or turned', (t) => {
  const zip = { logicalId: 'B', packageType: 'Zip', architecture: 'arm64' } as const
  const left = { ...running, logicalId: 'C' }
  const gone = { ...running, logicalId: 'D' }
  const turned = { ...running, architecture: 'x86_64' }
  const images = [{ image: image('A', 'B'), tag: 't', facts }]
  t.strictSame(planDeploy({ ...known, live: live(turned, zip, left, gone), images }).functions, [
    { name: 'scheduled a', state: 'changed', changes: ['x86_64 to arm64'] },
    { name: 'scheduled b', state: 'replaced', changes: ['zip to image'] },
    { name: 'C', state: 'replaced', changes: ['image to zip'] },
    { name: 'D', state: 'removed', changes: [] },
  ])
  t.end()
})

t.test('a base whose tag names another image now', (t) => {
  const base = (digest: string) => `public.ecr.aws/lambda/nodejs:24@${digest}`
  const before = { ...facts, base: base(one), pushedAt: 5 }
  const planned = (next: string) => {
    const images = [{ image: image('A'), tag: 't', facts: { ...facts, digest: two, base: next } }]
    const liveImages = new Map([[one, before]])
    return planDeploy({ ...known, liveImages, live: live(running), images }).images[0]
  }
  const reference = 'public.ecr.aws/lambda/nodejs:24'
  t.match(planned(base(two)), {
    changes: ['base'],
    baseMoved: { reference, from: one, to: two, livePushedAt: 5 },
  })
  t.notOk('baseMoved' in Object(planned(base(one))))
  t.notOk('baseMoved' in Object(planned(`public.ecr.aws/lambda/nodejs:22@${two}`)), 'another base')
  t.notOk('baseMoved' in Object(planned('public.ecr.aws/lambda/nodejs:24')), 'not resolved')
  const move = planned(base(two))?.baseMoved
  t.equal(
    move && formatBaseMove(move, 3 * 24 * 60 * 60 * 1000 + 5),
    `base ${reference} has moved since the live image, pushed 3 d ago: from ${one.slice(7, 19)} to ${two.slice(7, 19)}`,
  )
  t.end()
})
