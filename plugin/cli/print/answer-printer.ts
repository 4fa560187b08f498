import { STATUS_CODES } from 'node:http'

import type { AnswerHead } from '../../core/invoke/invocation.ts'
import { httpAnswer, preludeType, streamedPrelude } from '../../core/invoke/http-answer.ts'

/** Takes an answer as it comes. */
export interface AnswerPrinter {
  readonly onAnswer: (head: AnswerHead) => void
  readonly onChunk: (bytes: Uint8Array) => void
  /** The answer is whole. */
  readonly end: () => void
}

type Write = (bytes: Uint8Array | string) => void

/** Prints what a function returned, streams as they come. */
export function plainPrinter(write: Write): AnswerPrinter {
  let last: number | undefined
  return {
    onAnswer: () => {},
    onChunk(bytes) {
      last = bytes.at(-1) ?? last
      write(bytes)
    },
    end() {
      if (last !== undefined && last !== 10) write('\n')
    },
  }
}

/** Prints what API Gateway would make of the answer: status, headers, body. */
export function httpPrinter(write: Write): AnswerPrinter {
  const plain = plainPrinter(write)
  let head: AnswerHead = { streamed: false, contentType: '' }
  let held = Buffer.alloc(0)
  let inBody = false

  function beginBody(status: number, headers: readonly (readonly [string, string])[]): void {
    inBody = true
    const lines = headers.map(([name, value]) => `${name}: ${value}`)
    write([`HTTP ${status} ${STATUS_CODES[status] ?? ''}`.trim(), ...lines, '', ''].join('\n'))
  }

  return {
    onAnswer(given) {
      head = given
      if (head.streamed && head.contentType !== preludeType)
        beginBody(200, [['content-type', head.contentType]])
    },
    onChunk(bytes) {
      if (inBody) return plain.onChunk(bytes)
      held = Buffer.concat([held, bytes])
      const prelude = head.streamed ? streamedPrelude(held) : undefined
      if (prelude === undefined) return
      beginBody(prelude.status, prelude.headers)
      plain.onChunk(prelude.rest)
    },
    end() {
      if (!inBody) {
        const answer = httpAnswer(held)
        if (answer === undefined) {
          write('HTTP 500 Internal Server Error\n(API Gateway takes no such answer)\n\n')
          plain.onChunk(held)
        } else {
          beginBody(answer.status, answer.headers)
          plain.onChunk(answer.body)
        }
      }
      plain.end()
    },
  }
}
