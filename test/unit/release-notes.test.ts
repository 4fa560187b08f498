import { join } from 'node:path'
import { execa } from 'execa'
import t from 'tap'

import { plainNode } from '../stand-in/harness/plain-node.ts'

const script = join(import.meta.dirname, '../../scripts/release-notes.ts')

t.test("a version's part of the changelog, for its own tag only", async (t) => {
  const cwd = t.testdir({
    'package.json': '{ "version": "1.2.0" }',
    'changelog.md':
      '# Changelog\n\n## [1.3.0] Unreleased\n\nlater\n\n## [1.2.0] 2026-11-23\n\n### Added\n\n- this\n\n## [1.1.0] 2026-01-01\n\n- before\n',
  })
  const notes = (tag: string) => execa(...plainNode(script, tag), { cwd, reject: false })
  const right = await notes('v1.2.0')
  t.equal(right.stdout, '### Added\n\n- this')
  const other = await notes('v1.3.0')
  t.equal(other.exitCode, 1)
  t.match(other.stderr, "Tag 'v1.3.0' is not v1.2.0")
})

t.test('a version without a date is not released', async (t) => {
  const cwd = t.testdir({
    'package.json': '{ "version": "1.3.0" }',
    'changelog.md': '# Changelog\n\n## [1.3.0] Unreleased\n\nlater\n',
  })
  const { exitCode, stderr } = await execa(...plainNode(script, 'v1.3.0'), { cwd, reject: false })
  t.equal(exitCode, 1)
  t.match(stderr, "no '## [1.3.0] YYYY-MM-DD'")
})
