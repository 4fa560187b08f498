import type { ArcLine } from '../arc-text/arc-lines.ts'
import { isReservedImageName } from './reserved-name.ts'
import { settings } from './settings.ts'

/** A setting and its place: `image` is absent above all images. */
export interface PlacedSetting {
  readonly image?: string
  readonly name: string
  readonly values: readonly string[]
  /** The setting with the block that it is in, for messages. */
  readonly text: string
  /** Where: `app.arc:12`. */
  readonly place?: string
}

/** What is under `@images`, by its indentation alone. */
export interface PlacedSettings {
  /** The name of every block, even when it is written twice. */
  readonly images: readonly { readonly name: string; readonly place?: string }[]
  readonly settings: readonly PlacedSetting[]
  /** Lines under one that takes none. */
  readonly stray: readonly {
    readonly text: string
    readonly under: string
    readonly place?: string
  }[]
}

interface Node {
  readonly line: ArcLine
  readonly children: Node[]
}

/** Lines of `@images` to settings. Any indentation makes a block, not only Architect's two spaces. */
export function placeSettings(lines: readonly ArcLine[]): PlacedSettings {
  const images: { name: string; place?: string }[] = []
  const placed: PlacedSetting[] = []
  const stray: { text: string; under: string; place?: string }[] = []
  const add = (node: Node, image?: string): void => {
    const [name = '', ...values] = node.line.words
    const lists = values.length === 0 ? node.children : []
    const text = [image, node.line.text, ...lists.map(({ line }) => line.text)].join(' ').trim()
    const all = [...values, ...lists.flatMap(({ line }) => line.words)]
    placed.push({ ...(image !== undefined && { image }), name, values: all, text, ...at(node) })
    const wrong = values.length === 0 ? lists.flatMap((list) => list.children) : node.children
    for (const { line } of wrong)
      stray.push({ text: line.text, under: node.line.text, ...at({ line }) })
  }
  for (const node of treeOf(lines)) {
    if (isImage(node)) {
      const [name = ''] = node.line.words
      images.push({ name, ...at(node) })
      for (const child of node.children) add(child, name)
    } else add(node)
  }
  return { images, settings: placed, stray }
}

function at({ line: { place } }: Pick<Node, 'line'>): { readonly place?: string } {
  return place === undefined ? {} : { place }
}

/** An image may be called as a setting of images is: `base`, with settings below it. */
function isImage({ line, children }: Node): boolean {
  const [name = '', ...values] = line.words
  if (values.length > 0 || isReservedImageName(name)) return false
  const isSetting = ({ line: { words } }: Node) => settings.has(words[0] ?? '')
  return !settings.has(name) || (children.length > 0 && children.every(isSetting))
}

function treeOf(lines: readonly ArcLine[]): readonly Node[] {
  const roots: Node[] = []
  const open: Node[] = []
  for (const line of lines) {
    while ((open.at(-1)?.line.indent ?? -1) >= line.indent) open.pop()
    const node = { line, children: [] }
    ;(open.at(-1)?.children ?? roots).push(node)
    open.push(node)
  }
  return roots
}
