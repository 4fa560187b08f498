import { type HeldStoredImage, listImages, type ListedRepository } from '../actions/images.ts'
import { count } from '../core/basics/count.ts'
import { formatAge } from '../core/basics/duration.ts'
import { appRepositories, usedRepositories } from '../core/settings/app-repositories.ts'
import { formatBytes } from '../core/basics/format-bytes.ts'
import { shortTag } from '../core/image/tag.ts'
import { parseLiveTag } from '../core/image/live-tag.ts'
import type { StoredArtifact, StoredImage } from '../core/retention/stored-image.ts'
import { hexOf } from '../oci/digest.ts'
import { createRepositoryViewPorts } from '../effects/repository-view-ports.ts'
import { openApp } from './open/open-app.ts'
import { createPaint } from './print/paint.ts'
import { parseCommand } from './parse-command.ts'
import { printJson } from './print/print-json.ts'
import { formatTable } from './print/table.ts'
import { usages } from './usages.ts'

/** `arc-images images [--json]`: what is in the app's repositories, and which stack holds it. */
export async function images(args: readonly string[]): Promise<void> {
  const { values } = parseCommand('images', usages.images, args)
  const { app, aws, settings: readSettings } = await openApp(process.cwd())
  const settings = readSettings()
  const repositories = await listImages(
    usedRepositories(appRepositories(settings)),
    createRepositoryViewPorts(await aws(), app, settings),
  )
  if (values.json) return printJson('images', { repositories: repositories.map(toJson) })
  const texts = repositories.map((each) => format(each, Date.now()))
  process.stdout.write(`${texts.join('\n\n')}\n`)
}

/** The tag by which people know an image: its content, else what there is. */
export function nameOf({ digest, tags }: StoredImage): string {
  const content = tags.find((tag) => parseLiveTag(tag) === undefined)
  return content ?? tags[0] ?? `sha256:${hexOf(digest, 12)}`
}

function toJson({ repository, size, images: listed, artifacts = [] }: ListedRepository) {
  const dated = <Stored extends { readonly pushedAt: number }>(stored: Stored) => ({
    ...stored,
    pushedAt: new Date(stored.pushedAt).toISOString(),
  })
  const exists = listed !== undefined
  const stored = (listed ?? []).map(({ serves, ...image }) => ({
    ...dated(image),
    serves: serves.map(({ digest }) => digest),
  }))
  return {
    repository,
    exists,
    ...(exists && { size }),
    images: stored,
    artifacts: artifacts.map(dated),
  }
}

function format(
  { repository, size = 0, images: listed, artifacts = [] }: ListedRepository,
  now: number,
): string {
  if (listed === undefined) return `There is no repository ${repository} yet.`
  const paint = createPaint(process.stdout, process.env)
  const title = `${repository}: ${count(listed.length, 'image')}, ${formatBytes(size)}`
  const beside = formatArtifacts(artifacts, listed, now)
  if (listed.length === 0) return `${title}${beside}`
  const rows = listed.map((image) => [
    [shortTag(nameOf(image)), ...(image.status === undefined ? [] : [`(${image.status})`])].join(
      ' ',
    ),
    hexOf(image.digest, 12),
    formatBytes(image.size),
    formatAge(now - image.pushedAt),
    usedBy(image),
  ])
  const table = formatTable(['Image', 'Digest', 'Size', 'Age', 'Used by'], rows, [2, 3])
  return `${paint('bold', title)}\n\n${table}${beside}`
}

/** Stacks that hold an image; of a layer of dependencies the images that have it, by their digests. */
function usedBy({ heldBy, serves }: HeldStoredImage): string {
  const served = serves.map(({ digest }) => hexOf(digest, 12)).join(', ')
  return [...heldBy, ...(served === '' ? [] : [`serves ${served}`])].join(', ') || '-'
}

function formatArtifacts(
  artifacts: readonly StoredArtifact[],
  listed: readonly StoredImage[],
  now: number,
): string {
  if (artifacts.length === 0) return ''
  const rows = artifacts.map(({ digest, type, subject, size, pushedAt }) => {
    const image = listed.find((each) => each.digest === subject)
    const of =
      image === undefined ? subject && `sha256:${hexOf(subject, 12)}` : shortTag(nameOf(image))
    return [type || '-', hexOf(digest, 12), formatBytes(size), formatAge(now - pushedAt), of ?? '-']
  })
  const table = formatTable(['No image', 'Digest', 'Size', 'Age', 'Refers to'], rows, [2, 3])
  return `\n\n${table}`
}
