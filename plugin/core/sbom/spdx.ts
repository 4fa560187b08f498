import type { ImageContents, PackedFunction, UsedImage } from '../contents/image-contents.ts'
import { digestOf, hexOf, type Digest } from '../../oci/digest.ts'
import { contentUuid } from './content-uuid.ts'
import { type DistinctPackage, distinctPackages } from './distinct-packages.ts'
import { type Checksum, checksumsOf } from './integrity.ts'
import { licenseKind } from './license-kind.ts'
import { imageUrl, usedImageUrl, withoutLogin } from './package-url.ts'
import type { SbomTool } from './sbom-tool.ts'

const nothing = 'NOASSERTION'
/** The format wants a time; images have this one, too. */
const created = '1970-01-01T00:00:00Z'

/** An SPDX 2.3 document. */
export function spdx(contents: ImageContents, tool: SbomTool): object {
  const { packages, keysOf } = distinctPackages(contents)
  const self = idOf('image')
  const image = subject(contents, self)
  const images = contents.images.map((used) => ({ used, made: imagePackage(used, contents) }))
  const layers = contents.lambdaLayers.map((arn) =>
    spdxPackage({ key: `layer:${arn}`, name: arn, purpose: 'FILE' }),
  )
  const functions = contents.functions.map((packed) => ({ packed, made: functionPackage(packed) }))
  const libraries = packages.map(libraryPackage)
  const known = {
    spdxVersion: 'SPDX-2.3',
    dataLicense: 'CC0-1.0',
    SPDXID: 'SPDXRef-DOCUMENT',
    name: `${contents.repository}:${contents.tag}`,
    creationInfo: { created, creators: [`Tool: ${tool.name}-${tool.version}`] },
    packages: [
      image,
      ...images.map(({ made }) => made),
      ...layers,
      ...functions.map(({ made }) => made),
      ...libraries,
    ],
    relationships: [
      relation('SPDXRef-DOCUMENT', 'DESCRIBES', self),
      ...images.map(({ used, made }) =>
        used.role === 'base'
          ? relation(self, 'DESCENDANT_OF', made.SPDXID)
          : relation(made.SPDXID, 'BUILD_TOOL_OF', self),
      ),
      ...[...layers, ...functions.map(({ made }) => made), ...libraries].map(({ SPDXID }) =>
        relation(self, 'CONTAINS', SPDXID),
      ),
      ...contents.unknown.map((what) => relation(self, 'CONTAINS', nothing, what)),
      ...functions.flatMap(({ packed, made }) =>
        keysOf(packed.needs).map((key) => relation(made.SPDXID, 'DEPENDS_ON', idOf(key))),
      ),
      ...packages.flatMap(({ key, needs }) =>
        needs.map((other) => relation(idOf(key), 'DEPENDS_ON', idOf(other))),
      ),
    ],
  }
  const namespace = `https://spdx.org/spdxdocs/${contents.tag}-${contentUuid(known)}`
  return { ...known, documentNamespace: namespace }
}

interface Described {
  readonly key: string
  readonly name: string
  readonly version?: string | undefined
  readonly purpose: 'APPLICATION' | 'CONTAINER' | 'FILE' | 'LIBRARY'
  readonly url?: string | undefined
  readonly license?: string | undefined
  readonly checksums?: readonly Checksum[]
  readonly purl?: string | undefined
  readonly comment?: string
}

function spdxPackage(described: Described) {
  const { key, name, version, purpose, url, license, checksums = [], purl, comment } = described
  const kind = license === undefined ? undefined : licenseKind(license)
  return {
    SPDXID: idOf(key),
    name,
    ...(version !== undefined && { versionInfo: version }),
    primaryPackagePurpose: purpose,
    downloadLocation: url ?? nothing,
    filesAnalyzed: false,
    ...(checksums.length > 0 && {
      checksums: checksums.map(({ algorithm, hex }) => ({
        algorithm: algorithm.replace('-', ''),
        checksumValue: hex,
      })),
    }),
    licenseConcluded: nothing,
    licenseDeclared: kind === undefined || kind.kind === 'words' ? nothing : kind.text,
    ...(kind?.kind === 'words' && { licenseComments: `package.json says: ${kind.text}` }),
    copyrightText: nothing,
    ...(purl !== undefined && {
      externalRefs: [
        {
          referenceCategory: 'PACKAGE-MANAGER',
          referenceType: 'purl',
          referenceLocator: purl,
        },
      ],
    }),
    ...(comment !== undefined && { comment }),
  }
}

function subject({ repository, tag, digest, architecture }: ImageContents, SPDXID: string) {
  const purl = digest && imageUrl(repository, digest, architecture, tag)
  const checksums = sha256Of(digest)
  const described = { key: 'image', name: repository, version: tag, checksums, purl }
  return { ...spdxPackage({ ...described, purpose: 'CONTAINER' }), SPDXID }
}

function imagePackage(used: UsedImage, { architecture }: ImageContents) {
  const { reference, digest } = used
  return spdxPackage({
    key: `image:${reference}`,
    name: reference,
    purpose: 'CONTAINER',
    checksums: sha256Of(digest),
    purl: usedImageUrl(used, architecture),
    comment: 'What is in it is not listed here.',
  })
}

function functionPackage({ name, place, bundle }: PackedFunction) {
  return spdxPackage({
    key: `function:${name}`,
    name,
    purpose: 'APPLICATION',
    checksums: sha256Of(bundle?.digest),
    comment: `In the image: /${bundle?.path ?? place}`,
  })
}

function libraryPackage({ key, purl, first, places }: DistinctPackage) {
  const { name, version, license, source } = first
  const tarball = source?.kind === 'tarball' ? source : undefined
  const where = places.map(({ place, how }) => `${how} /${place}`).join(', ')
  return spdxPackage({
    key,
    name,
    version,
    purpose: 'LIBRARY',
    url: downloadOf(first.source),
    license,
    checksums: checksumsOf(tarball?.integrity),
    purl,
    comment: `In the image: ${where}`,
  })
}

/** `git+https://...` is a form of the format's own (SPDX 2.3, 7.7). */
function downloadOf(source: DistinctPackage['first']['source']): string | undefined {
  if (source?.kind !== 'tarball' && source?.kind !== 'git') return undefined
  const url = source.url && withoutLogin(source.url)
  const isKnown = url !== undefined && /^(?:git\+)?(?:https?|ssh|git):\/\/\S+$/.test(url)
  return isKnown ? url : undefined
}

function sha256Of(digest: Digest | undefined): readonly Checksum[] {
  return digest === undefined ? [] : [{ algorithm: 'SHA-256', hex: hexOf(digest) }]
}

function relation(from: string, type: string, to: string, comment?: string) {
  return {
    spdxElementId: from,
    relationshipType: type,
    relatedSpdxElement: to,
    ...(comment !== undefined && { comment }),
  }
}

/** Letters, digits, `.` and `-` alone; two keys that differ in other characters stay apart. */
function idOf(key: string): string {
  const plain = key.replaceAll(/[^A-Za-z0-9.-]+/g, '-')
  return plain === key ? `SPDXRef-${key}` : `SPDXRef-${plain}-${hexOf(digestOf(key), 8)}`
}
