import pLimit from 'p-limit'

import { isRecord } from '../../core/basics/is-record.ts'
import { type Digest } from '../../oci/digest.ts'
import { parsePinned } from '../../oci/reference.ts'
import { awsCodeOf } from '../aws/aws-error.ts'
import type { Aws } from '../aws/client.ts'
import { functionPath, getFunction } from './get-function.ts'
import { fieldOf } from '../aws/members.ts'

/** Lambda allows 100 GetFunction a second and account; deploys go on beside this. */
const atOnce = 8

type Entry = Readonly<Record<string, unknown>>

/**
 * Digests of this repository that Lambda runs in the region, by function name: of `$LATEST` first,
 * then of every published version. Two answers for each, as only GetFunction tells the image.
 */
export async function readAllFunctions(
  aws: Aws,
  uri: string,
): Promise<ReadonlyMap<string, readonly Digest[]>> {
  const request = { path: '/2015-03-31/functions', query: { FunctionVersion: 'ALL' } }
  return resolveAll(aws, await listVersions(aws, request, 'ListFunctions'), uri)
}

/** The same of some functions. */
export async function readFunctions(
  aws: Aws,
  names: readonly string[],
  uri: string,
): Promise<ReadonlyMap<string, readonly Digest[]>> {
  const limit = pLimit(atOnce)
  const lists = await Promise.all(
    names.map((name) =>
      limit(async () => {
        const path = `${functionPath(name)}/versions`
        try {
          return await listVersions(aws, { path }, 'ListVersionsByFunction')
        } catch (error) {
          if (awsCodeOf(error) === 'ResourceNotFoundException') return []
          throw error
        }
      }),
    ),
  )
  return resolveAll(aws, lists.flat(), uri)
}

async function listVersions(
  aws: Aws,
  request: { readonly path: string; readonly query?: Readonly<Record<string, string>> },
  action: string,
): Promise<readonly Entry[]> {
  const versions: Entry[] = []
  for (let marker = ''; ;) {
    const query = { ...request.query, ...(marker !== '' && { Marker: marker }) }
    const answer = await aws.lambda(action, { path: request.path, query }, 'functions')
    const page = answer['Functions'] ?? answer['Versions']
    versions.push(...(Array.isArray(page) ? page.filter(isRecord) : []))
    marker = fieldOf(answer, 'NextMarker')
    if (marker === '') return versions
  }
}

/** `undefined` when the function is gone meanwhile, or runs another repository's image. */
async function resolvedDigest(
  aws: Aws,
  name: string,
  version: string,
  uri: string,
): Promise<Digest | undefined> {
  const code = (await getFunction(aws, name, version))?.['Code']
  const resolved = parsePinned(isRecord(code) ? fieldOf(code, 'ResolvedImageUri') : '')
  return resolved?.name === uri ? resolved.digest : undefined
}

async function resolveAll(
  aws: Aws,
  versions: readonly Entry[],
  uri: string,
): Promise<ReadonlyMap<string, readonly Digest[]>> {
  const limit = pLimit(atOnce)
  const images = versions.filter((entry) => fieldOf(entry, 'PackageType') === 'Image')
  const resolved = await Promise.all(
    images.map((entry) =>
      limit(async () => {
        const name = fieldOf(entry, 'FunctionName')
        const version = fieldOf(entry, 'Version') || '$LATEST'
        return { name, version, digest: await resolvedDigest(aws, name, version, uri) }
      }),
    ),
  )
  const digests = new Map<string, Digest[]>()
  const newestFirst = resolved.toSorted(
    (one, other) => Number(other.version === '$LATEST') - Number(one.version === '$LATEST'),
  )
  for (const { name, digest } of newestFirst)
    if (digest !== undefined) digests.set(name, [...(digests.get(name) ?? []), digest])
  return digests
}
