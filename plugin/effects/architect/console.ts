import { formatBytes } from '../../core/basics/format-bytes.ts'
import { type Advance, timeLeft } from '../../core/basics/time-left.ts'
import { debuglog } from 'node:util'

import utils, { type Updater } from '@architect/utils'

import { isTelling } from '../../core/dockerfile/buildx-output.ts'
import { redact } from '../secrets/known-secrets.ts'
import type { Progress, ProgressEvent } from '../../ports/progress.ts'

/** What the deploy tells the user, in the status lines that every `arc` command prints. */
export interface Console {
  readonly progress: Progress
  status(message: string, ...more: string[]): void
  done(message: string): void
  warn(message: string): void
  /** Lines below the last one, for what is good to know. */
  details(lines: readonly string[]): void
  /** A line that docker prints while it builds an image. */
  buildOutput(image: string, line: string): void
  /** Ends a running spinner; for the way out through an error. */
  readonly stop: () => void
}

/** `NODE_DEBUG=container-images` prints every step as it happens, one a line. */
const trace = debuglog('container-images')

const verbs: Partial<Record<ProgressEvent['step'], string>> = {
  install: 'Installing packages',
  build: 'Docker builds the image',
  layer: 'Writing layers',
  blob: 'Uploading layers',
  start: 'Starting the functions',
}

/** Bytes; less is done before anybody has read the line. */
const worthALine = 10_000_000

/**
 * Spinner text changes with the work where the terminal can; a CI log gets one line for each kind
 * of long work on an image and nothing for short ones.
 */
export function createConsole(options: { quiet?: boolean } = {}): Console {
  const updater: Updater = utils.updater('Images', options)
  const animated = process.stdout.isTTY && !process.env['CI']
  const said = new Set<string>()
  const firsts = new Map<string, Advance>()

  function progress(event: ProgressEvent): void {
    trace('%s %s %s', event.image, event.step, event.state)
    const verb = verbs[event.step]
    if (verb === undefined || (event.state !== 'start' && event.state !== 'advance')) return
    // A registry that does not answer is news.
    const news = event.step === 'install' ? (event.detail ?? '') : ''
    const key = `${event.image} ${event.step} ${news}`
    if (!animated && (said.has(key) || (event.total ?? Infinity) < worthALine)) return
    said.add(key)
    const detail = event.detail === undefined ? '' : ` (${redact(event.detail)})`
    updater.start(`${verb} of ${event.image}${detail}${amountOf(event)}`)
  }

  function amountOf({ image, step, detail, done, total }: ProgressEvent): string {
    if (total === undefined) return ''
    if (!animated || done === undefined) return `: ${formatBytes(total)}`
    const now = { at: performance.now(), done }
    const key = `${image} ${step} ${detail}`
    const first = firsts.get(key) ?? now
    firsts.set(key, first)
    const left = timeLeft(first, now, total)
    return `: ${formatBytes(done)} of ${formatBytes(total)}${left === undefined ? '' : `, ${left}`}`
  }

  return {
    progress,
    status: (message, ...more) => void updater.status(redact(message), ...more.map(redact)),
    done: (message) => void updater.done(redact(message)),
    warn: (message) => void updater.warn(redact(message)),
    details: (lines) => void updater.status('', ...lines.map(redact)),
    buildOutput(image, line) {
      if (!animated && !isTelling(line)) return
      updater.cancel()
      updater.raw(`${image} | ${redact(line)}`)
    },
    stop: () => updater.cancel(),
  }
}
