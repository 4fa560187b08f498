import t from 'tap'

import { judgeFindings, type Surroundings } from '../../../../plugin/core/walk/judge-findings.ts'
import type { Finding } from '../../../../plugin/core/walk/walk-tree.ts'

const around: Surroundings = {
  image: 'db',
  builder: 'embedded',
  versionOf: () => '1.0.0',
  askedBy: () => undefined,
  named: new Set(),
  omit: ['left'],
  scriptOf: () => undefined,
}

function finding(specifier: string, more: Partial<Finding> = {}): Finding {
  const necessity = more.necessity ?? 'eager'
  return {
    kind: 'missing',
    necessity,
    from: 'var/task/node_modules/@s/a/lib/i.js',
    line: 7,
    edge: { mode: 'require', specifier, necessity, line: 7 },
    reason: `no '${specifier}' is in the image`,
    ...more,
  }
}

const messageOf = (one: Finding, more: Partial<Surroundings> = {}): string | undefined =>
  judgeFindings([one], { ...around, ...more }).problems[0]?.message

t.test('a refusal names package, file and line, and what to do', (t) => {
  t.equal(
    messageOf(finding('b/sub')),
    "Image 'db' would not work: @s/a@1.0.0 (node_modules/@s/a/lib/i.js:7) loads 'b/sub': no 'b/sub' is in the image. Put b into docker/db/package.json, with its lockfile.",
  )
  t.match(messageOf(finding('b'), { builder: 'dockerfile' }), /Install b in docker\/db\/Dockerfile/)
  t.match(messageOf(finding('left')), /'omit left' leaves it out/)
  t.match(messageOf(finding('node:fss')), /Correct the name; if a newer Node has it, deploy with/)
  t.match(messageOf(finding('./gone')), /choose a version that has that file/)
  t.match(messageOf(finding('.prisma/client/default')), /'prisma generate'.*the app's own source/)
  const scriptOf = (name: string) => (name === '@s/a' ? 'node make.js' : undefined)
  t.match(messageOf(finding('./made'), { scriptOf }), /'node make\.js' .*arc-images dockerfile db/)
  const askedBy = () => 'src/http/get-index/index.ts'
  const own = finding('b', { from: 'var/task/http/get-index/index.cjs' })
  t.match(messageOf(own, { askedBy }), /: src\/http\/get-index\/index\.ts loads 'b'/)
  const bundled = () => '../../elsewhere/node_modules/@architect/functions/src/legacy.js'
  t.match(
    messageOf(own, { askedBy: bundled }),
    /not work: @architect\/functions \(src\/legacy\.js\) loads 'b'/,
    'a bundled package is named by its name, not by where it is on this machine',
  )
  t.end()
})

t.test('an ES module names what allows it', (t) => {
  const module = finding('b', { kind: 'es module', reason: 'b.js is an ES module' })
  t.match(messageOf(module), /NODE_OPTIONS=--experimental-require-module/)
  const syntax = finding('b', { kind: 'es syntax', reason: 'it has the syntax' })
  t.match(messageOf(syntax), /--experimental-detect-module/)
  const own = finding('b', { kind: 'import only', from: 'var/task/http/get/index.cjs' })
  t.match(messageOf(own), /Load it by 'await import\("b"\)' in the handler/)
  t.match(messageOf(finding('b', { kind: 'awaits' })), /No setting of Node allows that/)
  t.end()
})

t.test('what is loaded later is one note a package, but for other systems', (t) => {
  const later = ['b', 'c', 'd', 'e', '@s/a-darwin-arm64', '@s/a-linux-x64-musl'].map((name) =>
    finding(name, { necessity: 'lazy' }),
  )
  const { problems, notes } = judgeFindings(later, around)
  t.strictSame(problems, [])
  t.strictSame(notes, [
    "Image 'db': @s/a@1.0.0 (node_modules/@s/a/lib/i.js:7) loads 'b', 'c', 'd' and 1 more only when it is used; not in the image.",
  ])
  const named = judgeFindings(later, { ...around, named: new Set(['c']) })
  t.match(named.problems, [{ code: 'MODULE_MISSING', message: /loads 'c'/ }])
  t.end()
})
