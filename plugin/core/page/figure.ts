import { html, type Html } from './html.ts'

/** A number that stands out, and what it is of. */
export function figure(value: string, what: string, look = ''): Html {
  return html`<li><b class="${look}">${value}</b><span>${what}</span></li>`
}
