import { createHash } from 'node:crypto'

import { type Digest, hexOf } from '../../oci/digest.ts'
import { oneDay } from '../basics/duration.ts'

/** The first rule of our lifecycle policy protects what carries a tag of this prefix. */
export const livePrefix = 'live-'

/** A live tag taken apart; stack and image as they stand in the tag. */
export interface LiveTag {
  readonly stack: string
  readonly image: string
  /** The first 16 hex digits of the digest. */
  readonly digest: string
  /** UTC, `20261123`: ECR does not say when a tag was added. */
  readonly day: string
  /** UTC to the millisecond, `142805123`; only a sync's tag has it: Lambda runs its image, and no template names it. */
  readonly time?: string
}

/** A stack's name as its tags have it; CloudFormation allows 128 characters, a tag is no longer. */
export function stackInTag(stack: string): string {
  return safeName(stack, /^[a-zA-Z][a-zA-Z0-9-]{0,47}$/)
}

/**
 * `live-<stack>_<image>_<digest, 16 hex>_<day>`: keeps an image for one stack. `_` is never part of
 * a stack's name, and digest and day have a fixed length, so it can be read in one way only.
 */
export function liveTag(stack: string, image: string, digest: Digest, now: number): string {
  return `${livePrefix}${stackInTag(stack)}_${imageInTag(image)}_${hexOf(digest, 16)}_${dayOf(now)}`
}

/**
 * A live tag with the time of the day behind it: keeps an image that a sync gives to Lambda. Never
 * the tag of a deploy, so that whoever removes one does not take the other's image.
 */
export function syncTag(stack: string, image: string, digest: Digest, now: number): string {
  const time = new Date(now).toISOString().slice(11, 23).replaceAll(/[:.]/g, '')
  return `${liveTag(stack, image, digest, now)}_${time}`
}

/** `undefined` for a tag that we did not write, which nobody but its owner removes. */
export function parseLiveTag(tag: string): LiveTag | undefined {
  const pattern = /^live-([a-zA-Z0-9.-]+)_([a-zA-Z0-9._-]+)_([0-9a-f]{16})_(\d{8})(?:_(\d{9}))?$/
  const [, stack, image, digest, day, time] = pattern.exec(tag) ?? []
  if (stack === undefined || image === undefined || digest === undefined || day === undefined)
    return undefined
  return { stack, image, digest, day, ...(time !== undefined && { time }) }
}

/** Milliseconds from a sync's tag to the update of its functions, after which it gives up. */
export const syncWindow = 10 * 60 * 1000

/** Whether the sync that put this tag may be on its way to Lambda still, clocks being what they are. */
export function isSyncing(tag: string, now: number): boolean {
  return now - timeOfSync(tag) < 6 * syncWindow
}

/** When a sync put its tag, in milliseconds. */
export function timeOfSync(tag: string): number {
  const { day = '', time = '' } = parseLiveTag(tag) ?? {}
  const digits = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(\d{3})$/.exec(day + time) ?? []
  const [, year, month, date, hours, minutes, seconds, milliseconds] = digits
  return Date.parse(`${year}-${month}-${date}T${hours}:${minutes}:${seconds}.${milliseconds}Z`)
}

/** Whether a sync put this tag, and not a deploy. */
export function isSyncTag(tag: string): boolean {
  return parseLiveTag(tag)?.time !== undefined
}

/** Those of the tags that keep an image for this stack. */
export function tagsOf(stack: string, tags: readonly string[]): readonly string[] {
  const name = stackInTag(stack)
  return tags.filter((tag) => parseLiveTag(tag)?.stack === name)
}

/**
 * A tag of today or yesterday may belong to a deploy that has not changed its stack yet: between
 * tag and update lie the uploads of Architect, and no lock. At least 24 hours are left for that.
 */
export function isFresh(tag: string, now: number, window: number = oneDay): boolean {
  const day = parseLiveTag(tag)?.day
  return day !== undefined && day >= dayOf(now - Math.max(window, oneDay))
}

/**
 * A name that fits is written as it is. Any other becomes its beginning, `.H` and a hash: no stack's
 * name has a full stop, no image's a capital, so the two forms never meet.
 */
function safeName(name: string, plain: RegExp): string {
  if (plain.test(name)) return name
  const hash = createHash('sha256').update(name).digest('hex').slice(0, 20)
  return `${name.replaceAll(/[^a-zA-Z0-9-]/g, '-').slice(0, 10)}.H${hash}`
}

function imageInTag(image: string): string {
  return safeName(image, /^[a-z0-9][a-z0-9._-]{0,31}$/)
}

function dayOf(time: number): string {
  return new Date(time).toISOString().slice(0, 10).replaceAll('-', '')
}
