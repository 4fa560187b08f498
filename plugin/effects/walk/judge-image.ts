import { inParallel } from '../../core/basics/in-parallel.ts'
import { refusal } from '../../core/walk/refusal.ts'
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
    const looks = [() => lookAtBundle(tagged), () => builder.judge(tagged, options)]
    const notes = await inParallel(looks, (look) => look())
    for (const note of notes.flat()) say(note)
  }
}

async function lookAtBundle({ image, bundle }: TaggedImage): Promise<readonly string[]> {
  const { judgeBundled } = await import('./judge-bundled.ts')
  const { problems, notes } = await judgeBundled(image, bundle)
  const error = refusal(problems)
  if (error !== undefined) throw error
  return notes
}
