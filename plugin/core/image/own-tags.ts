import { parseLiveTag } from '../retention/live-tag.ts'

/** Tags of images that hold nothing but a layer of dependencies, for fresh machines. */
export const dependenciesPrefix = 'deps-'

const contentTag = /^(.+)-(?:arm64|x86_64)-[0-9a-f]{32}$/

export function isDependenciesTag(tag: string): boolean {
  return tag.startsWith(dependenciesPrefix) && contentTag.test(tag)
}

/** Whether this plugin wrote a tag; what carries another one belongs to somebody else. */
export function isOwnTag(tag: string): boolean {
  return contentTag.test(tag) || parseLiveTag(tag) !== undefined
}

/** The name of the image whose content these tags name. */
export function imageNameOf(tags: readonly string[]): string | undefined {
  return tags
    .filter((tag) => !isDependenciesTag(tag) && parseLiveTag(tag) === undefined)
    .map((tag) => contentTag.exec(tag)?.[1])
    .find((name) => name !== undefined)
}
