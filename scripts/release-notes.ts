/**
 * `node scripts/release-notes.ts v1.2.3`: prints that version's part of `changelog.md`. Fails when
 * the tag is not the version in `package.json`, or has no part with a date.
 */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'

const root = process.cwd()
const [, , tag = ''] = process.argv
const version = tag.replace(/^v/, '')

try {
  console.log(await notesOf())
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
}

async function notesOf(): Promise<string> {
  const manifest: { version: string } = JSON.parse(
    await readFile(join(root, 'package.json'), 'utf8'),
  )
  if (version !== manifest.version)
    throw new Error(`Tag '${tag}' is not v${manifest.version}, the version in package.json.`)
  const changelog = await readFile(join(root, 'changelog.md'), 'utf8')
  const part = changelog.split(/^(?=## \[)/m).find((text) => text.startsWith(`## [${version}] `))
  const [heading = '', ...lines] = part?.split('\n') ?? []
  if (!/ \d{4}-\d{2}-\d{2}$/.test(heading))
    throw new Error(`changelog.md has no '## [${version}] YYYY-MM-DD'.`)
  return lines.join('\n').trim()
}
