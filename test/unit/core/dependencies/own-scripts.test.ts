import t from 'tap'

import { ownScriptProblems } from '../../../../plugin/core/dependencies/own-scripts.ts'

function said(manifest: Readonly<Record<string, unknown>>): string[] {
  return ownScriptProblems('db', manifest).map(({ message }) => message)
}

t.test("install scripts of the image's own package.json are refused by name", (t) => {
  t.match(said({ scripts: { postinstall: 'patch-package' } }), [
    /has the script postinstall \('patch-package'\).*arc-images dockerfile db.*pnpm patch/,
  ])
  t.match(said({ scripts: { preinstall: 'node a.js', install: 'node b.js' } }), [
    /the script preinstall \('node a\.js'\)/,
    /the script install /,
  ])
  t.match(said({ dependencies: { 'patch-package': '8.0.0' } }), [/has patch-package, /])
  t.strictSame(said({ scripts: { test: 'node test.js', prepare: 'husky' } }), [])
  t.strictSame(said({}), [])
  t.end()
})
