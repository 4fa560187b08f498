import { once } from '../../core/basics/once.ts'
import type { LambdaArchitecture } from '../../oci/platform.ts'
import { howItRuns } from './runs-architecture.ts'
import type { Runner } from './runner.ts'

/** A way to start functions of an architecture here, or the reason why there is none. */
export type FindRunner = (
  architecture: LambdaArchitecture,
) => Promise<
  { readonly runner: Runner; readonly how: 'natively' | 'emulated' } | { readonly unable: string }
>

/** Namespaces where they are allowed, else Docker; looked for once a deploy. */
export function createFindRunner(options: {
  readonly cacheDirectory: string
  /** Docker's own variables and PATH. */
  readonly environment: Readonly<Record<string, string | undefined>>
}): FindRunner {
  const find = once(async () => {
    const { namespaceRunner } = await import('./namespace-runner.ts')
    const own = await namespaceRunner(options.cacheDirectory)
    if (!('unable' in own)) return own
    const { dockerRunner } = await import('./docker-runner.ts')
    const docker = await dockerRunner(options.environment)
    return 'unable' in docker ? { unable: `${own.unable}; ${docker.unable}` } : docker
  })
  return async (architecture) => {
    const how = await howItRuns(architecture)
    if (how === undefined)
      return { unable: `this machine does not run programs for ${architecture}` }
    const runner = await find()
    return 'unable' in runner ? runner : { runner, how }
  }
}
