import { setTimeout as sleep } from 'node:timers/promises'

import { ContainerImageError } from '../../errors.ts'

export interface RetryPolicy {
  readonly attempts: number
  /** Milliseconds before the second attempt; doubled for each one after it. */
  readonly baseDelay: number
  /** No wait is longer, whatever `Retry-After` asks. */
  readonly maximumDelay: number
  /** Waits so many milliseconds. */
  readonly wait: (milliseconds: number) => Promise<unknown>
}

export const defaultRetry: RetryPolicy = {
  attempts: 5,
  baseDelay: 300,
  maximumDelay: 30_000,
  wait: (milliseconds) => sleep(milliseconds),
}

/** Blobs that were just sent are known soon; others that are not there have to be sent. */
export const attemptsForBlobs = 3

const retryAfter = new WeakMap<Error, number>()

/** Marks an error as one that may be gone next time, at the earliest after `milliseconds`. */
export function temporary(error: ContainerImageError, milliseconds = 0): ContainerImageError {
  retryAfter.set(error, milliseconds)
  return error
}

/**
 * Tries again after temporary errors, with exponential backoff and jitter. Bytes that were not those
 * of their digest are asked for once more: something on the way may have spoiled them.
 */
export async function retry<T>(policy: RetryPolicy, attempt: () => Promise<T>): Promise<T> {
  let spoiled = 0
  for (let tried = 1; ; tried++) {
    try {
      return await attempt()
    } catch (error) {
      const asked =
        isSpoiled(error) && spoiled++ === 0
          ? 0
          : error instanceof Error
            ? retryAfter.get(error)
            : undefined
      if (asked === undefined || tried >= policy.attempts) throw error
      const backoff = policy.baseDelay * 2 ** (tried - 1) * (0.5 + Math.random() / 2)
      await policy.wait(Math.min(Math.max(asked, backoff), policy.maximumDelay))
    }
  }
}

function isSpoiled(error: unknown): boolean {
  return error instanceof ContainerImageError && error.code === 'REGISTRY_CONTENT_INVALID'
}

/** `Retry-After` in milliseconds: seconds or a date (RFC 9110, 10.2.3). */
export function readRetryAfter(header: string | undefined): number {
  if (header === undefined) return 0
  const seconds = Number(header)
  if (Number.isFinite(seconds)) return Math.max(0, seconds * 1000)
  const date = Date.parse(header)
  return Number.isNaN(date) ? 0 : Math.max(0, date - Date.now())
}
