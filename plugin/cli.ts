#!/usr/bin/env node
import { requireNode } from './node-version.ts'

try {
  requireNode()
  await import('./cli/main.ts')
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
  process.exitCode = 1
}
