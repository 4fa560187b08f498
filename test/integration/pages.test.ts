import { writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'

import { type BrowserContextOptions, chromium, type Page } from 'playwright-core'
import t from 'tap'

import { sizesPage } from '../../plugin/core/page/sizes-page.ts'
import { statsPage } from '../../plugin/core/page/stats-page.ts'
import { stackStats } from '../stand-in/inputs/stack-stats.ts'
import { hostileNames, sizedImages } from '../stand-in/inputs/sized-images.ts'
import { skipWithout } from './toolchain/missing-tools.ts'

t.setTimeout(300_000)

const axe = createRequire(import.meta.url).resolve('axe-core/axe.min.js')
const viewports = { phone: { width: 360, height: 740 }, desktop: { width: 1280, height: 900 } }

/** Runs in the page: whether it scrolls sideways, and text that leaves its tile. */
const layoutOf = `(() => ({
  overflow: Math.max(0, document.documentElement.scrollWidth - innerWidth),
  spilled: [...document.querySelectorAll('.tile')].filter((tile) => getComputedStyle(tile).overflow !== 'hidden').length,
}))()`

const pages = {
  sizes: sizesPage('Deploy of AppStaging', 'Against what is live.', sizedImages),
  stats: statsPage(stackStats),
}

t.test('the pages in a browser', { skip: await skipWithout('chromium') }, async (t) => {
  const executablePath = '/usr/bin/chromium'
  const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] })
  t.teardown(() => browser.close())
  const folder = t.testdir()
  const pictures = process.env['PAGE_PICTURES'] ?? folder

  async function open(text: string, options: BrowserContextOptions) {
    const file = join(folder, 'page.html')
    await writeFile(file, text)
    const context = await browser.newContext(options)
    const page = await context.newPage()
    const told: string[] = []
    page.on('console', (message) => told.push(message.text()))
    page.on('dialog', (dialog) => told.push(dialog.message()))
    page.on('request', (request) => told.push(request.url()))
    await page.goto(pathToFileURL(file).href)
    return { page, told }
  }

  async function violations(page: Page): Promise<unknown> {
    await page.addScriptTag({ path: axe })
    return await page.evaluate(
      'axe.run().then(({ violations }) => violations.map(({ id, nodes }) => id + " " + nodes.map(({ html }) => html).join()))',
    )
  }

  for (const [name, text] of Object.entries(pages))
    for (const [size, viewport] of Object.entries(viewports))
      for (const colorScheme of ['light', 'dark'] as const)
        await t.test(`${name}, ${size}, ${colorScheme}`, async (t) => {
          const { page, told } = await open(text, { viewport, colorScheme, bypassCSP: true })
          t.strictSame(told.length, 1, 'nothing is loaded but the page itself')
          await page.screenshot({
            path: join(pictures, `${name}-${size}-${colorScheme}.png`),
            fullPage: true,
          })
          t.strictSame(await page.evaluate(layoutOf), { overflow: 0, spilled: 0 })
          for (const summary of await page.locator('summary').all()) await summary.click()
          t.strictSame(await violations(page), [], 'axe has no finding')
        })

  await t.test('names are text, whatever is in them', async (t) => {
    const { page, told } = await open(pages.sizes, { viewport: viewports.desktop })
    t.equal(await page.locator('script, img, iframe').count(), 0)
    t.equal(told.length, 1, 'no script ran, nothing was asked for')
    const shown = await page.locator('body').textContent()
    for (const name of hostileNames)
      t.ok(
        shown?.includes(
          name.replaceAll(/[\u202a-\u202e]/g, (c) => `\\u${c.charCodeAt(0).toString(16)}`),
        ),
        name,
      )
    t.notMatch(shown, /[\u202a-\u202e]/, 'nothing turns the direction of text')
  })

  await t.test('the keyboard reaches the tables, and opens them', async (t) => {
    const { page } = await open(pages.sizes, { viewport: viewports.phone })
    const reached = new Set<unknown>()
    for (let press = 0; press < 12; press++) {
      await page.keyboard.press('Tab')
      reached.add(await page.evaluate('document.activeElement.tagName'))
    }
    t.ok(reached.has('SUMMARY'), 'what opens a table')
    t.ok(reached.has('DIV'), 'a table that is wider than the page')
    const summary = page.locator('summary').first()
    await summary.focus()
    await page.keyboard.press('Enter')
    t.ok(await page.locator('details').first().locator('table').isVisible())
  })
})
