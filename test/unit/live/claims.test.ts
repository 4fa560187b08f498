import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import t from 'tap'

import { claims, type ClaimId, type Finding } from '../../live/claims.ts'
import { verifiedPage } from '../../live/verified-page.ts'

t.test('README lists what the live check tries, and nothing else', async (t) => {
  const readme = await readFile(join(import.meta.dirname, '../../../README.md'), 'utf8')
  const [, section = ''] = /## Not verified on live AWS\n([^]*?)\n## /.exec(readme) ?? []
  const listed = [...section.matchAll(/^- (.*)$/gm)].map(([, sentence]) => sentence)
  t.strictSame(
    listed,
    claims.map(({ sentence }) => sentence),
  )
})

t.test('the page has a row for every claim, tried or not', (t) => {
  const findings = new Map<ClaimId, Finding>([
    ['push', { verdict: 'holds', seen: 'a | b\nc' }],
    ['gc', { verdict: 'does not hold', seen: 'AccessDenied' }],
  ])
  const occasion = {
    date: '2026-11-26',
    region: 'eu-west-1',
    architecture: 'arm64',
    against: 'AWS',
  }
  const page = verifiedPage(occasion, findings)
  t.match(page, '| holds | a \\| b c |')
  t.match(page, '| does not hold | AccessDenied |')
  t.equal(page.split('not tried').length - 1, claims.length - findings.size)
  t.end()
})
