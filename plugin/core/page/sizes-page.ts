import { formatBytes } from '../basics/format-bytes.ts'
import {
  type ImageSizes,
  type SizeChange,
  sizeChanges,
  totalOf,
} from '../contents/compare-sizes.ts'
import { partNames, type SizedItem, type SizedPart } from '../contents/image-sizes.ts'
import { document } from './document.ts'
import { figure } from './figure.ts'
import { html, type Html } from './html.ts'
import { scrollTable } from './scroll-table.ts'
import { heights, type TreemapNode, tilesOf } from './treemap.ts'

/** A page with a treemap of each image, and what changed against what is live, as tables too. */
export function sizesPage(title: string, against: string, images: readonly ImageSizes[]): string {
  const none = html`<p>There is no image to show.</p>`
  return document(
    title,
    html`<h1>${title}</h1>
      <p class="quiet">Sizes are of what Lambda unpacks. ${against}</p>
      ${images.length === 0 ? none : images.map(section)}`,
  )
}

function section(image: ImageSizes): Html {
  const { name, parts, before, unknown } = image
  const changes = sizeChanges(image)
  const total = totalOf(parts)
  return html`<section>
    <h2>${name}</h2>
    <ul class="figures">
      ${figure(formatBytes(total), 'in all')}
      ${before === undefined ? figure('new', 'nothing is live') : difference(total - totalOf(before))}
      ${parts.map(({ part, bytes }) => figure(formatBytes(bytes), partNames[part]))}
    </ul>
    ${unknown.map((what) => html`<p class="quiet">${what}</p>`)}
    ${treemap(name, parts, changes, heights.whole)} ${legend(parts, changes)}
    ${functionsMap(image, changes)} ${before === undefined ? [] : changeTable(name, changes)}
    <details>
      <summary>All sizes of ${name} as a table</summary>
      ${sizeTable(name, parts)}
    </details>
  </section>`
}

function difference(change: number): Html {
  return figure(signed(change), 'against what is live', lookOf(change))
}

/** Functions are small beside a base and what is native, and they are what changes most. */
function functionsMap({ name, parts }: ImageSizes, changes: readonly SizeChange[]): Html {
  const functions = parts.filter(({ part }) => part === 'functions')
  if (functions.length === 0 || totalOf(functions) > totalOf(parts) / 3) return html``
  return html`<h3>The functions, larger</h3>
    ${treemap(`the functions of ${name}`, functions, changes, heights.part)}`
}

function treemap(
  name: string,
  parts: readonly SizedPart[],
  changes: readonly SizeChange[],
  high: number,
): Html {
  const changed = new Map(changes.map((change) => [`${change.part} ${change.name}`, change]))
  const root: TreemapNode = {
    name,
    bytes: 0,
    look: '',
    children: parts.map(({ part, bytes, items }) => ({
      name: partNames[part],
      bytes,
      look: `part ${part}`,
      children: items.map((item) => itemNode(item, changed.get(`${part} ${item.name}`))),
    })),
  }
  const tiles = tilesOf(root, high).map(({ node, left, top, width, height }) => {
    const place = `left:${left.toFixed(3)}%;top:${top.toFixed(3)}%;width:${width.toFixed(3)}%;height:${height.toFixed(3)}%`
    const says = [node.name, formatBytes(node.bytes), node.mark].filter(Boolean).join(' · ')
    const isLeaf = (node.children ?? []).length === 0
    const size = html`<span class="size"
      >${formatBytes(node.bytes)}${node.mark === undefined ? '' : ` (${node.mark})`}</span
    >`
    const label = isLeaf ? html`<span>${node.name}</span>${size}` : html`<span>${says}</span>`
    return html`<div
      class="tile ${isLeaf ? 'leaf' : ''} ${node.look}"
      style="${place}"
      title="${says}"
    >
      ${label}
    </div>`
  })
  const shown = parts.map(({ part, bytes }) => `${partNames[part]} ${formatBytes(bytes)}`)
  const label = `Treemap of ${name}: ${shown.join(', ')}. The table below has all of it.`
  return html`<div class="treemap" role="img" aria-label="${label}">${tiles}</div>`
}

function legend(parts: readonly SizedPart[], changes: readonly SizeChange[]): Html {
  const marks = html`<li><i class="added"></i>more than is live</li>
    <li><i class="shrunk"></i>less than is live</li>`
  return html`<ul class="legend">
    ${parts.map(({ part }) => html`<li><i class="${part}"></i>${partNames[part]}</li>`)}
    ${changes.length === 0 ? [] : marks}
  </ul>`
}

function itemNode({ name, bytes, inside = [] }: SizedItem, change?: SizeChange): TreemapNode {
  const by = change === undefined ? undefined : change.after - change.before
  return {
    name,
    bytes,
    look: change?.change ?? '',
    ...(by !== undefined && { mark: change?.change === 'added' ? 'new' : signed(by) }),
    children: inside.map((one) => ({ name: one.name, bytes: one.bytes, look: 'inner' })),
  }
}

function changeTable(name: string, changes: readonly SizeChange[]): Html {
  if (changes.length === 0)
    return html`<h3>Against what is live</h3>
      <p>Every part has the size that it has there.</p>`
  const most = Math.max(...changes.map(({ before, after }) => Math.abs(after - before)))
  const rows = changes.map(({ part, name: item, change, before, after }) => {
    const by = after - before
    return html`<tr>
      <th scope="row">${item}</th>
      <td>${partNames[part]}</td>
      <td>${change}</td>
      <td class="number">${formatBytes(before)}</td>
      <td class="number">${formatBytes(after)}</td>
      <td class="number ${lookOf(by)}">${signed(by)}</td>
      <td class="bar ${lookOf(by)}">
        <i style="width:${Math.max(2, (Math.abs(by) / most) * 100).toFixed(1)}%"></i>
      </td>
    </tr> `
  })
  const head = html`<th scope="col">What</th>
    <th scope="col">Part</th>
    <th scope="col">Change</th>
    <th scope="col" class="number">Live</th>
    <th scope="col" class="number">Then</th>
    <th scope="col" class="number">Difference</th>
    <td class="bar"></td>`
  const caption = summary(changes)
  return html`<h3>Against what is live</h3>
    ${scrollTable(`Changes of ${name}`, { caption, head, rows })}`
}

function summary(changes: readonly SizeChange[]): string {
  const counts = Map.groupBy(changes, ({ change }) => change)
  return [...counts].map(([change, group]) => `${group.length} ${change}`).join(', ')
}

function sizeTable(name: string, parts: readonly SizedPart[]): Html {
  const total = totalOf(parts)
  const row = (part: string, item: string, bytes: number) =>
    html`<tr>
      <th scope="row">${item}</th>
      <td>${part}</td>
      <td class="number">${formatBytes(bytes)}</td>
      <td class="number">${share(bytes, total)}</td>
    </tr> `
  const rows = parts.flatMap(({ part, items }) =>
    items.flatMap((item) => [
      row(partNames[part], item.name, item.bytes),
      ...(item.inside ?? []).map((one) => row(item.name, one.name, one.bytes)),
    ]),
  )
  const head = html`<th scope="col">What</th>
    <th scope="col">Part of</th>
    <th scope="col" class="number">Size</th>
    <th scope="col" class="number">Share</th>`
  return scrollTable(`Sizes of ${name}`, { head, rows })
}

function share(bytes: number, total: number): string {
  return `${((bytes / Math.max(1, total)) * 100).toFixed(1)} %`
}

function signed(change: number): string {
  if (change === 0) return 'same size'
  return `${change > 0 ? '+' : '−'}${formatBytes(Math.abs(change))}`
}

function lookOf(change: number): string {
  if (change === 0) return ''
  return change > 0 ? 'more' : 'less'
}
