import { execa } from 'execa'
import { createReadStream } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import t from 'tap'

import { layerContents } from '../../../../plugin/effects/layer/layer-contents.ts'
import { failIfUnfinished } from '../../../../plugin/effects/architect/fail-if-interrupted.ts'

t.test(
  'entries that nobody reads are passed over, small and empty ones among others',
  async (t) => {
    const folder = t.testdir()
    const names = Array.from(
      { length: 400 },
      (_, index) => `file-${String(index).padStart(3, '0')}`,
    )
    for (const [index, name] of names.entries())
      await writeFile(join(folder, name), 'x'.repeat((index * 37) % 5 === 0 ? 0 : index * 61))
    const archive = join(t.testdirName, '..', `${process.pid}-layer.tar.gz`)
    await execa('tar', ['-C', folder, '-czf', archive, ...names])
    t.teardown(() => execa('rm', ['-f', archive]))
    for (const highWaterMark of [512, 4096, 65_536])
      for (const every of [1, 2, 3, 7, 1000]) {
        const seen: string[] = []
        for await (const { entry, size, body } of layerContents(
          createReadStream(archive, { highWaterMark }),
        )) {
          seen.push(entry.path)
          if (seen.length % every !== 0) continue
          let bytes = 0
          for await (const chunk of body) bytes += chunk.length
          t.equal(bytes, size)
        }
        t.strictSame(seen, names, `${highWaterMark} ${every}`)
      }
  },
)

t.test('a process that waits for nothing in the middle of its work ends with a code', async (t) => {
  const file = new URL(
    '../../../../plugin/effects/architect/fail-if-interrupted.ts',
    import.meta.url,
  )
  const lost = `import { failIfUnfinished } from ${JSON.stringify(file.href)}; failIfUnfinished(() => new Promise(() => {}))`
  const run = await execa(
    'env',
    ['-u', 'NODE_OPTIONS', process.execPath, '--input-type=module', '--eval', lost],
    { reject: false },
  )
  t.match(run, { exitCode: 1, stderr: /ended in the middle of its images/ })
  t.equal(await failIfUnfinished(async () => 'done'), 'done')
})
