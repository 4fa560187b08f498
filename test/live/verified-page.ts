import { type ClaimId, claims, type Finding } from './claims.ts'

/** Where and when the claims were tried. */
export interface Occasion {
  /** `2026-11-26` */
  readonly date: string
  readonly region: string
  readonly architecture: string
  /** `AWS`, or the stand-in's name. */
  readonly against: string
}

/** `docs/verified-on-aws.md`: each claim, what was found of it, and AWS's own words. */
export function verifiedPage(
  { date, region, architecture, against }: Occasion,
  findings: ReadonlyMap<ClaimId, Finding>,
): string {
  const rows = claims.map(({ id, sentence }) => {
    const { verdict, seen } = findings.get(id) ?? {
      verdict: 'not tried',
      seen: 'the check ended before',
    }
    return `| ${sentence} | ${verdict} | ${seen.replaceAll('|', '\\|').replaceAll('\n', ' ')} |`
  })
  return `# Verified on ${against}

\`npm run test:aws\` on ${date}, in ${region}, for ${architecture}.

| Sentence | Verdict | What was seen |
| --- | --- | --- |
${rows.join('\n')}
`
}
