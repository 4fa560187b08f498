import type { ErrorCode } from '../../plugin/errors.ts'

export type Architecture = 'arm64' | 'x86_64'

/** One package in an image, and what becomes of a deploy that has it. */
export interface PackageRow {
  /** As npm installs it: `sharp`. */
  readonly name: string
  readonly version: string
  /** Other packages of the image that the use needs, by their versions. */
  readonly with?: Readonly<Record<string, string>>
  /** Lines under the image's name in `@images`. */
  readonly settings?: readonly string[]
  /** A whole module whose `handler` uses the package. */
  readonly handler: string
  /** What the handler returns when the use succeeds, or how the deploy is refused. */
  readonly expected: { readonly answers: unknown } | Refused
  /** What it takes to use the package, for readers of the page. */
  readonly advice?: string
  /** Used under emulation too. A refusal is asked for on both architectures in any case. */
  readonly usedOnArm?: boolean
}

export interface Refused {
  readonly refused: ErrorCode
  /** What the message has to say. */
  readonly says: RegExp
}

/** What was seen of a row on one architecture. */
export type Outcome =
  | { readonly kind: 'works' }
  | { readonly kind: 'refused'; readonly code: ErrorCode }
  /** Something that the row needs cannot be had on this machine; nothing is known of the package. */
  | { readonly kind: 'out-of-reach'; readonly reason: string }
  /** Not what the row says; the page never has one of these. */
  | { readonly kind: 'wrong'; readonly seen: string }
