import { glob, readFile } from 'node:fs/promises'
import { join } from 'node:path'

import t from 'tap'

const root = join(import.meta.dirname, '../..')
const places = ['*.md', '{docs,bench,src,plugin,scripts,.github}/**/*.{md,yml,yaml,ts,js,mjs,json}']

/**
 * A command that a reader, a shell or a workflow would run: npx with anything but `--no --`, and
 * its siblings. Prose and the arguments of a child process do not look like one.
 */
const fetches =
  /(?:^|[`$>]|&&|run:|: ')\s*(?:npx\s+(?!--no --(?: \S|`))[-\w@]|(?:npm (?:exec|x|create|init(?= [^-]))|pnpm dlx|pnpm create|yarn dlx|bunx|bun x)\s)/gm

const found = (text: string): readonly string[] => text.match(fetches) ?? []

t.test('what a command that may fetch looks like', (t) => {
  const commands = [
    'npx arc deploy',
    'run `npx arc-images gc`',
    '$ npx --yes a',
    'run: npx b',
    'npm ci && npx c',
    // Its options would go to npx.
    'npx --no arc-images --help',
  ]
  for (const text of commands) t.equal(found(text).length, 1, text)
  for (const text of ['npx --no -- arc deploy', 'used pnpm@10 through npx', "execa('npx', args)"])
    t.equal(found(text).length, 0, text)
  t.end()
})

t.test('no command that we print, write or run can fetch a package of a stranger', async (t) => {
  let files = 0
  for (const place of places) {
    for await (const path of glob(place, { cwd: root, exclude: ['**/node_modules/**'] })) {
      files++
      const text = await readFile(join(root, path), 'utf8')
      // Facts tell what was seen to happen.
      if (path === 'docs/facts.md') continue
      t.strictSame(found(text), [], path)
    }
  }
  t.ok(files > 100, `${files} files were read`)
})
