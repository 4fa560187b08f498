import { styleText } from 'node:util'

export type Style = Parameters<typeof styleText>[0]

/** Text in colours where somebody looks at a terminal: never in a pipe, in CI or under NO_COLOR. */
export function createPaint(
  stream: { readonly isTTY?: boolean },
  environment: Readonly<Record<string, string | undefined>>,
): (style: Style, text: string) => string {
  const plain =
    stream.isTTY !== true || Boolean(environment['NO_COLOR']) || Boolean(environment['CI'])
  return (style, text) => (plain ? text : styleText(style, text, { validateStream: false }))
}
