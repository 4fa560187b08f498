import type { ImageFunction, PlannedImage } from '../../core/model.ts'
import { ContainerImageError } from '../../errors.ts'

/** What a function's bundle shows of its handler: what is wrong, or what could not be found out. */
export interface Judgement {
  readonly missing?: string
  readonly callback?: string
  readonly note?: string
  /** Its text alone shows that all is well, whatever environment and machine. */
  readonly shown: boolean
}

/** All that decides what a bundle's text shows of its handler, beside the text. */
export function handlerQuestion(
  { base, definition, nodeVersion }: PlannedImage,
  { handlerExport }: ImageFunction,
): string {
  return JSON.stringify([handlerExport, base, definition.kind, nodeVersion])
}

/**
 * @returns what could not be found out
 * @throws ContainerImageError HANDLER_MISSING, HANDLER_CALLBACK naming all of them
 */
export function requireHandlers(image: PlannedImage, judgements: readonly Judgement[]): string[] {
  const all = (kind: 'missing' | 'callback' | 'note'): string[] =>
    judgements.flatMap((judgement) => judgement[kind] ?? [])
  const [unfound, callbacks] = [all('missing'), all('callback')]
  if (unfound.length > 0) {
    throw new ContainerImageError(
      'HANDLER_MISSING',
      `Lambda would not find the handler of ${unfound.length === 1 ? 'a function' : 'functions'} ` +
        `in image '${image.name}':\n${listed(unfound)}`,
    )
  }
  if (callbacks.length > 0) {
    throw new ContainerImageError(
      'HANDLER_CALLBACK',
      `From Node 24 on Lambda takes no handler with a callback (Runtime.CallbackHandlerDeprecated), which in image '${image.name}' would be:\n${listed(callbacks)}\nReturn a promise instead of calling the third parameter, and leave it out: 'async (event, context) => ...'.`,
    )
  }
  return all('note')
}

function listed(problems: readonly string[]): string {
  return problems.map((problem) => `- ${problem}`).join('\n')
}
