import type { ImageContents } from '../contents/image-contents.ts'
import { cycloneDx } from './cyclonedx.ts'
import type { SbomTool } from './sbom-tool.ts'
import { spdx } from './spdx.ts'

/** The formats, with the ending that files of each have. */
export const sbomFormats = { cyclonedx: 'cdx.json', spdx: 'spdx.json' } as const

export type SbomFormat = keyof typeof sbomFormats

/** A bill of materials, as JSON; equal contents give equal bytes. */
export function writeSbom(contents: ImageContents, format: SbomFormat, tool: SbomTool): string {
  const document = format === 'spdx' ? spdx(contents, tool) : cycloneDx(contents, tool)
  return `${JSON.stringify(document, null, 2)}\n`
}

/** `lancedb-arm64.cdx.json` */
export function sbomFileName({ name, architecture }: ImageContents, format: SbomFormat): string {
  return `${name}-${architecture}.${sbomFormats[format]}`
}
