import { mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import t from 'tap'

import { openImageApp } from '../stand-in/inputs/image-app.ts'

const app = await openImageApp()
t.teardown(() => app.close())

/** A file where the cache has a folder: nobody, root included, writes below it. */
async function block(name: string): Promise<void> {
  await mkdir(app.cache, { recursive: true })
  await rm(join(app.cache, name), { recursive: true, force: true })
  await writeFile(join(app.cache, name), '')
}

t.test('a layer that cannot be written is an error with image, path and cure', async (t) => {
  await block('layers')
  const run = await app.deploy()
  t.equal(run.exitCode, 1, run.output)
  t.match(run.output, /FILE_SYSTEM_FAILED: image 'small', .*: E(?:EXIST|NOTDIR): .*\/layers/)
  t.notMatch(run.output, /\n\s+at /, 'no stack')
  t.equal(app.aws.stack('GreeterStaging'), undefined)
  await rm(join(app.cache, 'layers'))
})

t.test('records that only save time end no deploy', async (t) => {
  for (const name of ['dependencies', 'bases', 'files', 'sha256']) await block(name)
  const run = await app.deploy()
  t.equal(run.exitCode, 0, run.output)
  t.match(app.aws.stack('GreeterStaging')?.status, 'CREATE_COMPLETE')
})
