/**
 * The program that serves the Runtime API beside a function that Docker starts. Both share network
 * and processes, so that the function ends with this program, and this one with its input, whose
 * lines are events for the function.
 */
import { createInterface } from 'node:readline'

import type { InvokeOrder, SupervisorEvent } from '../runtime/supervision.ts'
import { peakMemory } from '../runtime/peak-memory.ts'
import { serveRuntimeApi } from '../runtime/runtime-api.ts'

function tell(event: SupervisorEvent): void {
  process.stdout.write(`${JSON.stringify(event)}\n`)
}

async function run(): Promise<void> {
  const api = await serveRuntimeApi({
    onNext: () => tell({ kind: 'next', peakMemory: peakMemory('/') }),
    onInitError: (report) => tell({ kind: 'init-error', report }),
    onAnswer: tell,
  })
  lines.on('line', (line) => {
    const order: InvokeOrder = JSON.parse(line)
    api.invoke(order)
  })
  await api.listen(9001)
  tell({ kind: 'ready' })
}

const lines = createInterface({ input: process.stdin })
lines.once('close', () => process.exit(0))
void run()
