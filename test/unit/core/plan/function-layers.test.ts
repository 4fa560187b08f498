import t from 'tap'

import { parsePragmas } from '../../../../plugin/core/arc/pragma.ts'
import { planImages } from '../../../../plugin/core/plan/plan-images.ts'
import { appOf, declare } from '../../../fixtures/app-of.ts'

const arn = (name: string) => `arn:aws:lambda:us-east-1:123456789012:layer:${name}:1`

function plan(given: {
  readonly layers: readonly unknown[]
  readonly images?: string
  readonly dockerfile?: boolean
  readonly environment?: Readonly<Record<string, unknown>>
}) {
  const template = (Layers: readonly unknown[], Variables: Readonly<Record<string, unknown>>) => ({
    Resources: {
      Compact: {
        Type: 'AWS::Serverless::Function',
        Properties: { Runtime: 'nodejs24.x', Layers, Environment: { Variables } },
        ArcMetadata: { pragma: 'scheduled', name: 'compact' },
      },
    },
  })
  const raw = `@container-images\nscheduled compact img\n@images\n${given.images ?? ''}`
  const lambda = declare('scheduled compact', { layers: [arn('own'), arn('global')] })
  const app = {
    ...appOf(raw, [lambda]),
    layers: [arn('global')],
    environment: { STORED: 'x', AWS_REGION: 'here' },
  }
  const files = given.dockerfile ? ['Dockerfile'] : ['package.json']
  const pragmas = parsePragmas(app)
  t.strictSame(pragmas.problems, [])
  const { images, incomplete, unfit } = planImages({
    app,
    pragmas,
    template: template(given.layers, given.environment ?? {}),
    folders: { directory: '/app/docker', folders: new Map([['img', files]]), byPnpm: new Set() },
    isFile: () => true,
    origins: { early: template([arn('above')], {}), above: ['one'], below: ['two', 'three'] },
  })
  return { images, incomplete, messages: unfit.map(({ code, message }) => `${code}: ${message}`) }
}

t.test('layers are named with who added them', (t) => {
  const layers = [arn('own'), arn('global'), arn('above'), { Ref: 'Below' }]
  const { images, incomplete, messages } = plan({ layers })
  t.strictSame(images, [])
  t.match(incomplete, [{ name: 'img', functions: [] }], 'its definition is looked at all the same')
  t.strictSame(messages.length, 1)
  t.match(messages[0], /^FUNCTION_PROPERTY_REFUSED/)
  t.match(messages[0], `${arn('own')} (from its config.arc)`)
  t.match(messages[0], `${arn('global')} (from @aws in app.arc)`)
  t.match(messages[0], `${arn('above')} (added by plugin 'one')`)
  t.match(messages[0], `{"Ref":"Below"} (added by plugin 'two' or 'three')`)
  t.match(messages[0], /'layers include'.*'layers drop'/)
  t.end()
})

t.test('included, dropped, and none', (t) => {
  const included = plan({ layers: [arn('a'), arn('b')], images: 'layers include' })
  t.strictSame(included.messages, [])
  t.strictSame(included.images[0]?.layers, [arn('a'), arn('b')])
  const dropped = plan({ layers: [{ Ref: 'L' }], images: 'img\n  layers drop' })
  t.strictSame(dropped.messages, [])
  t.equal(dropped.images[0]?.layers, undefined)
  t.equal(plan({ layers: [] }).images.length, 1)
  t.end()
})

t.test('what cannot be included', (t) => {
  const images = 'layers include'
  t.match(plan({ layers: [{ Ref: 'Mine' }], images }).messages, [/known after the deploy only/])
  const docker = plan({ layers: [arn('a')], images, dockerfile: true })
  t.match(docker.messages, [
    /docker\/img\/Dockerfile.*get-layer-version-by-arn.*COPY opt\/ \/opt\//,
  ])
  t.strictSame(plan({ layers: [arn('a')], images: 'layers drop', dockerfile: true }).messages, [])
  t.end()
})

t.test('variables that Lambda refuses are named with who set them', (t) => {
  const environment = { AWS_REGION: 'here', LAMBDA_TASK_ROOT: '/x', GREETING: 'x' }
  t.match(plan({ layers: [], environment }).messages, [
    /^ENVIRONMENT_REFUSED: .*'AWS_REGION' \(set by 'arc env'\)/,
    /'LAMBDA_TASK_ROOT' \(set by plugin 'two' or 'three'\)/,
  ])
  t.end()
})
