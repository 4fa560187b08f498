import { createRequire } from 'node:module'
import { join } from 'node:path'

import { type BrowserContextOptions, chromium, type Page } from 'playwright-core'
import t from 'tap'

import { startSandbox } from '../stand-in/harness/sandbox.ts'
import { copyApp } from '../stand-in/inputs/app-copy.ts'
import { skipWithout } from './toolchain/missing-tools.ts'

const axe = createRequire(import.meta.url).resolve('axe-core/axe.min.js')
const phone = { width: 320, height: 640 }
const desktop = { width: 1280, height: 800 }

/** Runs in the page: fields that leave their section or lie over another one, and sideways scrolling. */
const layoutOf = `(() => {
  const box = (element) => element.getBoundingClientRect()
  const sections = [...document.querySelectorAll('section')].map((section) => ({
    section: box(section),
    fields: [...section.querySelectorAll('input, textarea, button')].map(box),
  }))
  const meet = (a, b) => a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom
  const count = (test) => sections.flatMap((each) => each.fields.filter((field, at) => test(field, at, each))).length
  return {
    overflow: Math.max(0, document.documentElement.scrollWidth - innerWidth),
    outside: count((field, _, { section }) => field.left < section.left || field.right > section.right),
    overlapping: count((field, at, { fields }) => fields.some((other, index) => index > at && meet(field, other))),
  }
})()`

t.test("the example's page in a browser", { skip: await skipWithout('chromium') }, async (t) => {
  const app = await copyApp()
  t.teardown(() => app.remove())
  const sandbox = await startSandbox(app.directory)
  t.teardown(() => sandbox.stop())
  const executablePath = '/usr/bin/chromium'
  const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] })
  t.teardown(() => browser.close())
  const pictures = process.env['PAGE_PICTURES'] ?? t.testdir()

  async function open(options: BrowserContextOptions): Promise<Page> {
    const context = await browser.newContext({ baseURL: sandbox.url, ...options })
    const page = await context.newPage()
    await page.goto('/')
    return page
  }

  async function introduce(page: Page): Promise<void> {
    await page.getByLabel('Workspace').fill('sandbox')
    await page.getByLabel('Agent').fill('me')
    await page.getByLabel('Secret').fill('open-sesame')
  }

  t.test('remembers and finds, with the answer below the button that asked', async (t) => {
    const page = await open({ viewport: desktop })
    const said: string[] = []
    page.on('console', (message) => said.push(message.text()))
    page.on('pageerror', (error) => said.push(error.message))

    await page.getByLabel('Words').fill('green tea')
    await page.getByRole('button', { name: 'Search' }).click()
    const [found, kept] = [page.locator('#search output'), page.locator('#remember output')]
    t.equal(await found.textContent(), 'Fill in workspace first.')
    t.equal(await page.evaluate('document.activeElement.id'), 'workspace')

    await introduce(page)
    await page.getByLabel('One document per line').fill('Ada likes green tea\n\nrust is strict')
    await page.getByRole('button', { name: 'Remember' }).click()
    await kept.getByText('Remembered 2 documents.').waitFor()

    await page.getByRole('button', { name: 'Search' }).click()
    await found.getByText('1 match:').waitFor()
    t.strictSame(await page.locator('#search li').allTextContents(), ['0.69Ada likes green tea'])
    const button = await page.getByRole('button', { name: 'Search' }).boundingBox()
    const item = await page.locator('#search li').boundingBox()
    t.ok(item !== null && button !== null && item.y > button.y, 'below its button')
    t.ok(item !== null && item.y + item.height < desktop.height, 'above the fold')
    await page.screenshot({ path: join(pictures, 'found.png') })

    await page.getByLabel('Words').fill('zebra')
    await page.getByRole('button', { name: 'Search' }).click()
    await found.getByText('Nothing found.').waitFor()
    t.equal(await page.locator('#search li').count(), 0)

    await page.getByLabel('Secret').fill('wrong')
    await page.getByRole('button', { name: 'Search' }).click()
    await found.getByText('This secret does not open this memory.').waitFor()
    t.strictSame(
      said.filter((line) => !line.includes('403')),
      [],
    )
  })

  for (const [size, viewport] of Object.entries({
    phone,
    tablet: { width: 700, height: 900 },
    desktop,
  })) {
    for (const colorScheme of ['light', 'dark'] as const) {
      t.test(
        `${size}, ${colorScheme}: fields are in their boxes, axe has no finding`,
        async (t) => {
          // axe is put in beside the page's own policy for scripts.
          const page = await open({ viewport, colorScheme, bypassCSP: true })
          await introduce(page)
          await page.screenshot({
            path: join(pictures, `${size}-${colorScheme}.png`),
            fullPage: true,
          })
          const layout: unknown = await page.evaluate(layoutOf)
          t.strictSame(layout, { overflow: 0, outside: 0, overlapping: 0 })
          await page.addScriptTag({ path: axe })
          const violations: unknown = await page.evaluate(
            'axe.run().then(({ violations }) => violations.map(({ id, nodes }) => id + " " + nodes.map(({ html }) => html).join()))',
          )
          t.strictSame(violations, [])
        },
      )
    }
  }
})
