import type { Digest } from '../../oci/digest.ts'
import type { TaggedImage } from '../../ports/image-stages.ts'
import type { ImageBuilder, JudgeOptions } from '../../ports/image-builder.ts'

/**
 * Judges an image before anything is made or sent. What is in the repository under its tag was
 * judged when it was made.
 */
export function createJudge(
  options: JudgeOptions & {
    readonly builder: ImageBuilder
    /** Digests by tag, as the repository listed them. */
    readonly listed: () => Promise<ReadonlyMap<string, Digest>>
    readonly say: (note: string) => void
  },
) {
  const { builder, listed, say } = options
  return async (tagged: TaggedImage): Promise<void> => {
    if ((await listed()).has(tagged.tag)) return
    for (const note of await builder.judge(tagged, options)) say(note)
  }
}
