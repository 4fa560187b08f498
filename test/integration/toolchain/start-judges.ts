import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { removeFolder } from '../../../plugin/effects/cache/remove-folder.ts'
import { namespaceRunner } from '../../../plugin/effects/runners/namespace-runner.ts'
import type { Runner } from '../../../plugin/effects/runners/runner.ts'
import { baseImageTools, pythonBaseImageTools } from './base-image.ts'
import { emulatorFolder } from './emulator.ts'
import { skipWithout } from './missing-tools.ts'

/** The product's own runner and AWS's emulator, side by side on this machine. */
export interface StartJudges {
  /** A cache of its own. */
  readonly cache: string
  readonly runner: Runner
  /** Folder of the emulator's programs, one for each architecture. */
  readonly emulators: string
}

/** @returns both, or why one of them cannot be had here; `close` in any case */
export async function openStartJudges(): Promise<{
  readonly judges: StartJudges | undefined
  readonly skip: string | false
  readonly close: () => Promise<void>
}> {
  const cache = await mkdtemp(join(tmpdir(), 'start-judges-'))
  const close = () => removeFolder(cache)
  const missing = await skipWithout('root', 'unshare', ...baseImageTools, ...pythonBaseImageTools)
  if (missing !== false) return { judges: undefined, skip: missing, close }
  const runner = await namespaceRunner(cache)
  if ('unable' in runner) return { judges: undefined, skip: runner.unable, close }
  const emulators = await emulatorFolder()
  if (typeof emulators !== 'string') return { judges: undefined, skip: emulators.skip, close }
  return { judges: { cache, runner, emulators }, skip: false, close }
}
