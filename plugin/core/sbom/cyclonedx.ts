import type { ImageContents, PackedFunction, UsedImage } from '../contents/image-contents.ts'
import { hexOf } from '../../oci/digest.ts'
import { contentUuid } from './content-uuid.ts'
import { type DistinctPackage, distinctPackages } from './distinct-packages.ts'
import { checksumsOf } from './integrity.ts'
import { licenseKind } from './license-kind.ts'
import { imageUrl, usedImageUrl, withoutLogin } from './package-url.ts'
import type { SbomTool } from './sbom-tool.ts'

const prefix = 'arc-plugin-container-images'
const self = 'image'

/** A CycloneDX 1.6 document. It has no time of its own, since nothing but its content decides it. */
export function cycloneDx(contents: ImageContents, tool: SbomTool): object {
  const { packages, keysOf } = distinctPackages(contents)
  const images = contents.images.map((used) => imageComponent(used, contents))
  const layers = contents.lambdaLayers.map(layerComponent)
  const functions = contents.functions.map(functionComponent)
  const known = {
    metadata: {
      tools: { components: [{ type: 'application', ...tool }] },
      component: subject(contents),
    },
    components: [...images, ...layers, ...functions, ...packages.map(packageComponent)],
    dependencies: [
      {
        ref: self,
        dependsOn: [
          ...[...images, ...layers, ...functions].map((each) => each['bom-ref']),
          ...keysOf(contents.needs),
        ],
      },
      ...contents.functions.map((each) => ({ ref: refOf(each), dependsOn: keysOf(each.needs) })),
      ...packages.map(({ key, needs }) => ({ ref: key, dependsOn: needs })),
    ],
    compositions: compositions(contents, [...images, ...layers]),
  }
  return {
    $schema: 'http://cyclonedx.org/schema/bom-1.6.schema.json',
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    serialNumber: `urn:uuid:${contentUuid(known)}`,
    version: 1,
    ...known,
  }
}

function subject(contents: ImageContents): object {
  const { name, architecture, repository, tag, digest, unknown } = contents
  return {
    type: 'container',
    'bom-ref': self,
    name: repository,
    version: tag,
    ...(digest !== undefined && {
      hashes: [{ alg: 'SHA-256', content: hexOf(digest) }],
      purl: imageUrl(repository, digest, architecture, tag),
    }),
    properties: [
      property('image', name),
      property('architecture', architecture),
      ...unknown.map((what) => property('unknown', what)),
    ],
  }
}

function imageComponent(used: UsedImage, { architecture }: ImageContents) {
  const { reference, digest, role } = used
  const purl = usedImageUrl(used, architecture)
  return {
    type: 'container',
    'bom-ref': `image:${reference}`,
    name: reference,
    // What only a build uses is not part of what is shipped.
    scope: role === 'base' ? 'required' : 'excluded',
    ...(digest !== undefined && { hashes: [{ alg: 'SHA-256', content: hexOf(digest) }] }),
    ...(purl !== undefined && { purl }),
  }
}

function layerComponent(arn: string) {
  return { type: 'file', 'bom-ref': `layer:${arn}`, name: arn }
}

function functionComponent(packed: PackedFunction) {
  const { name, place, bundle } = packed
  return {
    type: 'application',
    'bom-ref': refOf(packed),
    name,
    ...(bundle !== undefined && {
      hashes: [{ alg: 'SHA-256', content: hexOf(bundle.digest) }],
    }),
    evidence: { occurrences: [{ location: `/${bundle?.path ?? place}` }] },
  }
}

function packageComponent({ key, purl, first, places }: DistinctPackage) {
  const { name, version, license, source } = first
  const [, group, short = name] = /^(@[^/]+)\/(.*)$/.exec(name) ?? []
  const url = source?.kind === 'tarball' || source?.kind === 'git' ? source.url : undefined
  const integrity = source?.kind === 'tarball' ? source.integrity : undefined
  const checksums = checksumsOf(integrity).map(({ algorithm, hex }) => ({
    alg: algorithm,
    content: hex,
  }))
  const hashes = checksums.length > 0 && { hashes: checksums }
  return {
    type: 'library',
    'bom-ref': key,
    ...(group !== undefined && { group }),
    name: short,
    ...(version !== undefined && { version }),
    scope: 'required',
    // Of the tarball: beside its address, where the lockfile has one.
    ...(url === undefined && hashes),
    ...(license !== undefined && { licenses: [licence(license)] }),
    ...(purl !== undefined && { purl }),
    ...(url !== undefined && {
      externalReferences: [
        {
          type: source?.kind === 'git' ? 'vcs' : 'distribution',
          url: withoutLogin(url),
          ...hashes,
        },
      ],
    }),
    properties: [...new Set(places.map(({ how }) => how))].map((how) => property('packed', how)),
    evidence: {
      occurrences: [...new Set(places.map(({ place }) => `/${place}`))].map((location) => ({
        location,
      })),
    },
  }
}

function licence(text: string): object {
  const license = licenseKind(text)
  if (license.kind === 'expression') return { expression: license.text }
  return { license: license.kind === 'id' ? { id: text } : { name: text } }
}

/** What the document does not list, in the words of the format. */
function compositions(
  { unknown }: ImageContents,
  closed: readonly { readonly 'bom-ref': string }[],
): readonly object[] {
  return [
    { aggregate: unknown.length === 0 ? 'complete' : 'incomplete', assemblies: [self] },
    ...(closed.length === 0
      ? []
      : [{ aggregate: 'unknown', assemblies: closed.map((each) => each['bom-ref']) }]),
  ]
}

function property(name: string, value: string): object {
  return { name: `${prefix}:${name}`, value }
}

function refOf({ name }: PackedFunction): string {
  return `function:${name}`
}
