#!/usr/bin/env node
import { keepCompiled } from './effects/cache/keep-compiled.ts'
import { requireNode } from './node-version.ts'

try {
  requireNode()
  keepCompiled()
  await import('./cli/main.ts')
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
  process.exitCode = 1
}
