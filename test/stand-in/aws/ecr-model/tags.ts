import type { ModelImage } from './image.ts'

/**
 * `PutImage`: adds the image, or a tag to it. Immutable tags refuse to move. What is archived comes
 * back when the same is put again.
 * @throws Error ImageTagAlreadyExistsException
 */
export function putImage<Image extends ModelImage>(
  images: readonly Image[],
  image: Image,
  mutability: 'IMMUTABLE' | 'MUTABLE' = 'IMMUTABLE',
): readonly Image[] {
  const [tag] = image.tags
  const holder = images.find(({ tags }) => tag !== undefined && tags.includes(tag))
  if (holder !== undefined && holder.digest !== image.digest && mutability === 'IMMUTABLE')
    throw new Error(`ImageTagAlreadyExistsException: ${tag} names ${holder.digest}`)
  const there = images.find(({ digest }) => digest === image.digest)
  const { tags: before, pushedAt } = there ?? { ...image, tags: [] }
  const present = there?.status === undefined ? (there ?? image) : { ...image, pushedAt }
  const others = images
    .filter(({ digest }) => digest !== image.digest)
    .map((other) => ({ ...other, tags: other.tags.filter((each) => each !== tag) }))
  const tags = tag === undefined || before.includes(tag) ? before : [...before, tag]
  return [...others, { ...present, tags }]
}

/** `BatchDeleteImage` by tag: the image goes with its last one. */
export function deleteTag<Image extends ModelImage>(
  images: readonly Image[],
  tag: string,
): readonly Image[] {
  return images.flatMap((image) => {
    if (!image.tags.includes(tag)) return [image]
    const tags = image.tags.filter((each) => each !== tag)
    return tags.length === 0 ? [] : [{ ...image, tags }]
  })
}

/** `BatchDeleteImage` by digest: the image goes with all its tags. */
export function deleteDigest<Image extends ModelImage>(
  images: readonly Image[],
  digest: string,
): readonly Image[] {
  return images.filter((image) => image.digest !== digest)
}
