import t from 'tap'

import { beyondCode } from '../../../../plugin/core/sync/beyond-code.ts'
import type { Template } from '../../../../plugin/core/template/template.ts'

const variables = { ARC_ENV: 'staging', TABLE: { Ref: 'Table' } }
const common = { MemorySize: 1152, Environment: { Variables: variables } }

/** As Architect generates it, and as it was deployed. */
const zip = { ...common, CodeUri: '/app/src/a', Handler: 'index.handler', Runtime: 'nodejs24.x' }
const image = { ...common, CodeUri: 's3://b/c', PackageType: 'Image', ImageUri: 'r@sha256:1' }

function templateOf(a: object, b: object, more: object = {}): Template {
  const Type = 'AWS::Serverless::Function'
  return {
    Resources: {
      A: { Type, Properties: { ...a } },
      B: { Type, Properties: { ...b } },
      Table: { Type: 'AWS::DynamoDB::Table', Properties: { BillingMode: 'PAY_PER_REQUEST' } },
      ...more,
    },
  }
}

const deployed = templateOf({ ...image, Architectures: ['arm64'] }, { ...zip, CodeUri: 's3://b/d' })
const compare = (next: Template) => beyondCode(next, deployed, new Set(['A']))

t.test('code alone is no difference', (t) => {
  t.strictSame(compare(templateOf({ ...zip, Layers: ['arn'] }, zip)), [])
  t.strictSame(compare(templateOf({ ...zip, CodeUri: '/elsewhere' }, zip)), [])
  t.end()
})

t.test('what else is different is named by its place', (t) => {
  const named: readonly (readonly [Template, RegExp])[] = [
    [templateOf({ ...zip, MemorySize: 512 }, zip), /^A: MemorySize is different$/],
    [templateOf({ ...zip, Timeout: 9 }, zip), /^A: Timeout is new$/],
    [
      templateOf({ ...zip, Environment: { Variables: { ...variables, NEW: 'x' } } }, zip),
      /^A: Environment.Variables.NEW is new$/,
    ],
    [
      templateOf({ ...zip, Environment: { Variables: { ARC_ENV: 'staging' } } }, zip),
      /^A: Environment.Variables.TABLE is gone$/,
    ],
    [templateOf(zip, { ...zip, Runtime: 'nodejs22.x' }), /^B: Runtime is different$/],
    [templateOf(zip, { ...zip, Layers: ['arn'] }), /^B: Layers is new$/],
    [templateOf(zip, zip, { C: { Type: 'AWS::SNS::Topic' } }), /^C \(AWS::SNS::Topic\) is new$/],
    [templateOf(zip, zip, { Table: { Type: 'AWS::DynamoDB::GlobalTable' } }), /^Table becomes/],
    [{ ...templateOf(zip, zip), Globals: { Function: { Timeout: 3 } } }, /^Globals/],
  ]
  for (const [next, words] of named) {
    const found = compare(next)
    t.equal(found.length, 1, found.join())
    t.match(found[0], words)
  }
  const { B: _, ...Resources } = templateOf(zip, zip).Resources
  t.match(compare({ Resources }), [/^B .* would go$/])
  t.end()
})

t.test('a value, which may be a secret, is not said', (t) => {
  const next = templateOf({ ...zip, Environment: { Variables: { TOKEN: 'hush-hush' } } }, zip)
  t.notMatch(compare(next).join(), 'hush-hush')
  t.end()
})
