import { mkdir, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

import { listContents } from '../actions/sbom.ts'
import type { ImageContents } from '../core/contents/image-contents.ts'
import { sbomFileName, type SbomFormat, sbomFormats, writeSbom } from '../core/sbom/write-sbom.ts'
import { createSbomPorts } from '../effects/sbom-ports.ts'
import { openDeploy } from './open/open-deploy.ts'
import { commandInvalid, parseCommand } from './parse-command.ts'
import { usages } from './usages.ts'
import { ownVersion } from '../effects/own-version.ts'

/**
 * `arc-images sbom [IMAGE] [--format cyclonedx|spdx] [--out PATH]`: bills of materials of the images
 * that a deploy of this checkout makes. Of AWS it asks the app's environment variables alone.
 * @throws ContainerImageError COMMAND_INVALID, SETUP_INVALID
 */
export async function sbom(args: readonly string[]): Promise<void> {
  const { values, positionals } = parseCommand('sbom', usages.sbom, args)
  const [image, ...others] = positionals
  if (others.length > 0) throw commandInvalid('sbom', 'takes one image, or none for all.')
  const format = parseFormat(values.format)
  const { withTemplate } = await openDeploy(process.cwd(), values)
  const contents = await withTemplate(async ({ template, origins, context }) =>
    listContents(context.app, template, image, createSbomPorts(context), origins),
  )
  const tool = { name: 'arc-plugin-container-images', version: ownVersion() }
  for (const { name, unknown } of contents)
    for (const what of unknown) process.stderr.write(`Image '${name}': ${what}\n`)
  await write(contents, values.out, format, (one) => writeSbom(one, format, tool))
}

function parseFormat(text: string): SbomFormat {
  if (text === 'cyclonedx' || text === 'spdx') return text
  throw commandInvalid(
    'sbom',
    `knows no --format ${text}; it has ${Object.keys(sbomFormats).join(' and ')}.`,
  )
}

/** One document goes anywhere; several need a folder. */
async function write(
  contents: readonly ImageContents[],
  out: string | undefined,
  format: SbomFormat,
  text: (contents: ImageContents) => string,
): Promise<void> {
  const isFolder = out !== undefined && (out.endsWith('/') || (await isDirectory(out)))
  if (isFolder) {
    await mkdir(out, { recursive: true })
    for (const one of contents) {
      const file = join(out, sbomFileName(one, format))
      await writeFile(file, text(one))
      process.stdout.write(`${file}\n`)
    }
    return
  }
  const [first, ...more] = contents
  if (first === undefined) throw commandInvalid('sbom', 'found no function of the app in an image.')
  if (more.length > 0) {
    const names = contents.map(({ name, architecture }) => `${name} (${architecture})`)
    throw commandInvalid('sbom', `found several: ${names.join(', ')}. Name a folder: --out sbom/.`)
  }
  if (out === undefined) process.stdout.write(text(first))
  else await writeFile(out, text(first))
}

async function isDirectory(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined))?.isDirectory() === true
}
