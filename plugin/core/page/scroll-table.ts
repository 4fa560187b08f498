import { html, type Html } from './html.ts'

/** A table that scrolls by itself where it is wider than the page, by keyboard too. */
export function scrollTable(
  label: string,
  {
    caption,
    head,
    rows,
  }: {
    readonly caption?: string
    readonly head: Html | readonly Html[]
    readonly rows: readonly Html[]
  },
): Html {
  return html`<div class="scroll" tabindex="0" role="region" aria-label="${label}">
    <table>
      ${
        caption === undefined
          ? []
          : html`<caption>
              ${caption}
            </caption>`
      }
      <thead>
        <tr>
          ${head}
        </tr>
      </thead>
      <tbody>
        ${rows}
      </tbody>
    </table>
  </div>`
}
