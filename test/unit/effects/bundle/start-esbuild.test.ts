import { chmod } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import t from 'tap'

import { startEsbuild } from '../../../../plugin/effects/bundle/start-esbuild.ts'

const { resolve } = createRequire(import.meta.url)
const program = resolve(`@esbuild/${process.platform}-${process.arch}/bin/esbuild`)

t.test('a program that ends at once is started again by who needs it', async (t) => {
  const folder = t.testdir({
    esbuild: '#!/bin/sh\n[ -e "$0.ran" ] && exec "$PROGRAM" "$@"\ntouch "$0.ran"\nexit 1\n',
  })
  const file = join(folder, 'esbuild')
  await chmod(file, 0o755)
  process.env['PROGRAM'] = program
  process.env['ESBUILD_BINARY_PATH'] = file
  await startEsbuild()
  const { build } = await import('esbuild')
  const { outputFiles } = await build({ stdin: { contents: 'a' }, write: false })
  t.equal(outputFiles[0]?.text, 'a;\n')
})
