import { readFileSync } from 'node:fs'
import { join } from 'node:path'

import t from 'tap'

import {
  lambdaReasons,
  lambdaReasonsSection,
} from '../../../../plugin/core/events/lambda-reasons.ts'
import { headingFor, knownHeadings } from '../../../../plugin/core/events/troubleshooting.ts'
import botocore from '../../../fixtures/lambda-reason-codes.json' with { type: 'json' }

const page = readFileSync(join(import.meta.dirname, '../../../../docs/troubleshooting.md'), 'utf8')
const headings = new Set(page.match(/(?<=^### ).+$/gm))

t.test('each heading that is named is in docs/troubleshooting.md', (t) => {
  for (const heading of knownHeadings) t.ok(headings.has(heading), heading)
  t.end()
})

t.test('each heading about CloudFormation can be named', (t) => {
  const [, section = ''] = /\n## From CloudFormation\n([^]*?)\n## /.exec(page) ?? []
  const own = [...section.matchAll(/^### (.+)$/gm)].map(([, heading]) => heading ?? '')
  t.ok(own.length > 10)
  t.strictSame(
    own.filter((heading) => !knownHeadings.includes(heading)),
    [],
  )
  t.end()
})

t.test('what a heading quotes leads to it', (t) => {
  for (const heading of knownHeadings.filter((each) => each !== lambdaReasonsSection))
    for (const [, quoted = ''] of heading.matchAll(/`([^`]+)`/g))
      if (quoted.length > 20) t.equal(headingFor(quoted), heading, quoted)
  t.equal(headingFor('UPDATE_FAILED No space left.'), undefined)
  t.end()
})

t.test("Lambda's reason codes are all known, and explained in the docs", (t) => {
  const codes = new Set([...botocore.StateReasonCode, ...botocore.LastUpdateStatusReasonCode])
  t.strictSame(Object.keys(lambdaReasons).toSorted(), [...codes].toSorted())
  const rows = Object.entries(lambdaReasons).map(([code, advice]) => `| \`${code}\` | ${advice} |`)
  t.match(page, rows.join('\n'))
  t.equal(headingFor('stopped: FunctionError.InitTimeout: it took 10 s'), lambdaReasonsSection)
  t.end()
})
