import { join } from 'node:path'

import { recordOf } from '../../core/basics/is-record.ts'
import { type Digest, digestOf, hexOf, isDigest } from '../../oci/digest.ts'
import type { TaggedImage } from '../../ports/image-stages.ts'
import { bundleDigest } from '../bundle/bundle-digest.ts'
import { readRecord, writeRecord } from '../cache/layer-cache.ts'

/**
 * What each function of an image consists of, a digest by its `Command`: its own files, those that
 * no function of the image has to itself, and all that decides the image beside its bundle.
 */
export function functionContents({
  image,
  bundle,
  identity,
}: TaggedImage): ReadonlyMap<string, Digest> {
  const places = image.functions.map(({ folder }) => `var/task/${folder}/`)
  const byPlace = Map.groupBy(bundle.files, ({ path }) =>
    places.find((place) => path.startsWith(place)),
  )
  const shared = bundleDigest(byPlace.get(undefined) ?? [])
  return new Map(
    image.functions.map(({ folder, command }) => {
      const own = bundleDigest(byPlace.get(`var/task/${folder}/`) ?? [])
      return [command, digestOf(JSON.stringify([identity, shared, own]))]
    }),
  )
}

/** What the functions of an image consist of, as far as this machine made or checked it. */
export function openFunctionContents(cacheDirectory: string) {
  const fileOf = (image: Digest): string =>
    join(cacheDirectory, 'functions', `${hexOf(image)}.json`)
  return {
    /** By `Command`; empty for an image that was made elsewhere. */
    async read(image: Digest): Promise<ReadonlyMap<string, Digest>> {
      const known = Object.entries(recordOf(await readRecord(fileOf(image))))
      return new Map(
        known.flatMap(([command, digest]) => (isDigest(digest) ? [[command, digest]] : [])),
      )
    },
    write: (image: Digest, contents: ReadonlyMap<string, Digest>): Promise<void> =>
      writeRecord(cacheDirectory, fileOf(image), Object.fromEntries(contents)),
  }
}
