import { parseArgs } from 'node:util'

import { count } from '../core/basics/count.ts'
import { formatAge } from '../core/basics/duration.ts'
import { formatBytes } from '../core/report/image-report.ts'
import { holdersOf } from '../core/retention/repository-view.ts'
import { parseLiveTag } from '../core/retention/live-tag.ts'
import type { StoredImage } from '../core/retention/stored-image.ts'
import { totalSize } from '../oci/descriptor.ts'
import { hexOf } from '../oci/digest.ts'
import { type ReadRepository, readRepositories } from './app-repositories.ts'
import { keepStdout } from './keep-stdout.ts'
import { openApp } from './open-app.ts'
import { createPaint } from './paint.ts'
import { formatTable } from './table.ts'

/** `arc-images images [--json]`: what is in the app's repositories, and which stack holds it. */
export async function images(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: { json: { type: 'boolean', default: false } },
  })
  const repositories = await keepStdout(async () => readRepositories(await openApp(process.cwd())))
  const text = values.json
    ? JSON.stringify({ repositories: repositories.map(toJson) }, null, 2)
    : repositories.map((each) => format(each, Date.now())).join('\n\n')
  process.stdout.write(`${text}\n`)
}

function newestFirst(stored: readonly StoredImage[]): readonly StoredImage[] {
  return stored.toSorted((one, other) => other.pushedAt - one.pushedAt)
}

function toJson({ name: repository, view }: ReadRepository) {
  const listed = newestFirst(view?.images ?? []).map((image) => ({
    ...image,
    pushedAt: new Date(image.pushedAt).toISOString(),
    heldBy: view === undefined ? [] : holdersOf(image, view),
  }))
  return { repository, exists: view !== undefined, images: listed }
}

/** The tag by which people know an image: its content, else what there is. */
export function nameOf({ digest, tags }: StoredImage): string {
  const content = tags.find((tag) => parseLiveTag(tag) === undefined)
  return content ?? tags[0] ?? digest.slice(0, 'sha256:'.length + 12)
}

function format({ name, view }: ReadRepository, now: number): string {
  if (view === undefined) return `There is no repository ${name} yet.`
  const size = totalSize(view.images)
  const paint = createPaint(process.stdout, process.env)
  const title = `${name}: ${count(view.images.length, 'image')}, ${formatBytes(size)}`
  if (view.images.length === 0) return title
  const rows = newestFirst(view.images).map((image) => [
    nameOf(image),
    hexOf(image.digest, 12),
    formatBytes(image.size),
    formatAge(now - image.pushedAt),
    holdersOf(image, view).join(', ') || '-',
  ])
  const table = formatTable(['Image', 'Digest', 'Size', 'Age', 'Held by'], rows, [2, 3])
  return `${paint('bold', title)}\n\n${table}`
}
