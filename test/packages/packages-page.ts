import type { Architecture, Outcome, PackageRow } from './package-row.ts'

/** What was seen of a row; nothing where it was not tried. */
export interface Judged {
  readonly row: PackageRow
  readonly outcomes: Readonly<Partial<Record<Architecture, Outcome>>>
}

const introduction = `# Packages that were tried

Each package stands in \`docker/<image>/package.json\` of an app with one function, which is deployed by the embedded builder with the real \`arc deploy\`. Then the function is started from the image as Lambda starts it (AWS's runtime client on a minimal Debian in place of AWS's base, read-only root, Lambda's user) and handed one event, for which it uses the package: resizes a picture, opens a database in memory, reads a PDF. **Works** means that this use succeeded, on arm64 under emulation. A code means that the deploy ended with this error before anything was changed; [errors](errors.md) explains it. "Not tried" says nothing about a package. None of it ran on AWS itself.

\`npm run test:packages -- --write\` makes this page from what it sees.
`

/**
 * docs/packages.md.
 * @param judged by heading
 */
export function packagesPage(judged: Readonly<Record<string, readonly Judged[]>>): string {
  const tables = Object.entries(judged).map(([heading, rows]) => {
    const lines = rows.map(
      ({ row, outcomes: { x86_64, arm64 } }) =>
        `| \`${row.name}\` | ${row.version} | ${tell(x86_64)} | ${tell(arm64)} | ${whatToDo(row)} |`,
    )
    return `\n## ${heading}\n\n| Package | Version | x86_64 | arm64 | What to do |\n| --- | --- | --- | --- | --- |\n${lines.join('\n')}\n`
  })
  return introduction + tables.join('')
}

function tell(outcome: Outcome | undefined): string {
  if (outcome === undefined) return 'not tried'
  if (outcome.kind === 'works') return 'works'
  if (outcome.kind === 'refused') return `\`${outcome.code}\``
  if (outcome.kind === 'out-of-reach') return 'not tried: a host could not be reached'
  throw new Error('A package that is not what its row says has no place on the page.')
}

function whatToDo({ advice = '', settings = [] }: PackageRow): string {
  return [advice, ...settings.map((line) => `\`${line}\` in \`@images\`.`)].join(' ').trim()
}
