import { parseDigest, type Digest } from '../../oci/digest.ts'
import { runDocker } from './run-docker.ts'

/** Digest of an image by Docker's own logins, which this plugin does not read; undefined without. */
export function createInspectImage(options: {
  readonly environment: Readonly<Record<string, string | undefined>>
  readonly directory: string
}): (reference: string) => Promise<Digest | undefined> {
  return async (reference) => {
    const argv = ['buildx', 'imagetools', 'inspect', reference]
    const { exitCode, output } = await runDocker(argv, options)
    // buildx 0.13 prints the same for '--format={{.Manifest.Digest}}'.
    const digest = /^Digest:\s+(\S+)$/m.exec(output)?.[1]
    return exitCode === 0 && digest !== undefined ? parseDigest(digest) : undefined
  }
}
