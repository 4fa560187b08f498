import type { Digest } from '../../../plugin/oci/digest.ts'

/** What a judge of the Authorization header sees. */
interface AuthorizationRequest {
  readonly authorization: string | undefined
  readonly method: string
  readonly path: string
  readonly repository: string
}

export interface RegistryOptions {
  /** Folder that keeps blobs, manifests and tags between runs, also across processes. Absent: a private one that `close()` removes. */
  readonly directory?: string
  /** Judges the Authorization header; default: everyone may. */
  readonly authorize?: (request: AuthorizationRequest) => 'ok' | 'unauthorized' | 'denied'
  /** `undefined`: no such repository. Default: every repository exists and is mutable. */
  readonly repository?: (name: string) => { readonly immutableTags: boolean } | undefined
  /** ECR's archive: what is in it is not served, and comes back when the same is put again. */
  readonly archive?: {
    has(repository: string, digest: Digest): boolean
    restore(repository: string, digest: Digest): void
  }
  /** Tags an image; one more is answered with 403. Default 1,000, as ECR has it. */
  readonly maximumTags?: number
  /** Lambda's layer rules are checked on every layer of an image put here; default true. */
  readonly lambdaRules?: boolean
  /** Blobs are served by a redirect to another origin that refuses an Authorization header, as ECR does with S3. */
  readonly redirectBlobs?: boolean
  /** Serves `/token` and names it in a Bearer challenge; `issue` gives the token or refuses. */
  readonly bearer?: {
    readonly issue: (request: {
      readonly authorization: string | undefined
      readonly scope: string
      readonly service: string
    }) => string | undefined
  }
  readonly port?: number
}

/** One misbehaviour, for the next requests that match. */
export interface Fault {
  readonly match?: { readonly method?: string; readonly path?: RegExp }
  /** How many requests it hits; default 1. */
  readonly times?: number
  /** How many matching requests pass before. */
  readonly skip?: number
  /**
   * `status`: that status after the body was read (at once with `early`). `reset`: the connection breaks after
   * `afterBytes` of the body, sent or received. `truncate`: well-formed but short, `afterBytes` are kept.
   * `slow`: waits `delayMs`, or for `until`, before anything. `wrong-digest`: one byte of the body is changed.
   * `redirect`: 307 to `location`, by default to where it was asked. `interim`: `100 Continue` and
   * nothing else, without end.
   */
  readonly kind: 'status' | 'reset' | 'truncate' | 'slow' | 'wrong-digest' | 'redirect' | 'interim'
  readonly status?: number
  readonly code?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly early?: boolean
  readonly afterBytes?: number
  readonly delayMs?: number
  readonly until?: Promise<unknown>
  readonly location?: string
}

export interface JournalEntry {
  readonly method: string
  readonly path: string
  /** 0: the connection was broken before an answer. */
  readonly status: number
  /** Bytes of the request's body. */
  readonly received: number
}

export interface RegistryStandIn {
  /** `http://127.0.0.1:PORT` */
  readonly url: string
  /** `127.0.0.1:PORT` */
  readonly host: string
  readonly journal: readonly JournalEntry[]
  inject(fault: Fault): void
  /** Whatever was injected is over. */
  heal(): void
  tags(repository: string): Promise<ReadonlyMap<string, Digest>>
  manifest(
    repository: string,
    reference: string,
  ): Promise<
    { readonly mediaType: string; readonly bytes: Buffer; readonly digest: Digest } | undefined
  >
  manifests(repository: string): Promise<readonly Digest[]>
  blob(repository: string, digest: string): Promise<Buffer | undefined>
  /** Leaves the manifest in place, also after its last tag. */
  removeTag(repository: string, tag: string): Promise<void>
  /** The manifest and every tag that names it. */
  removeManifest(repository: string, digest: string): Promise<void>
  close(): Promise<void>
}
