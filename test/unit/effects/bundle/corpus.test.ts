import { join, resolve } from 'node:path'
import t from 'tap'

import { bundleCase, cases, layOut, remove, unpack } from '../../../fixtures/corpus.ts'
import { startFunctionProcess } from '../../../stand-in/lambda/start-function.ts'

const bootstrap = resolve(import.meta.dirname, '../../../stand-in/lambda/runtime-client/bootstrap')

t.jobs = 2

for (const of of cases) {
  t.test(of.name, { buffered: true }, async (t) => {
    const app = await layOut(of.name, of.installed)
    t.teardown(() => remove(app))
    const { image, bundle } = await bundleCase(app, of)
    t.strictSame(bundle.notes, [])
    const root = await unpack(bundle, app, of)
    t.teardown(() => remove(root))
    for (const client of ['3', '4']) {
      const taskRoot = join(root, 'var/task')
      const running = await startFunctionProcess({
        argv: [bootstrap],
        workingDirectory: taskRoot,
        taskRoot,
        handler: image.functions[0]?.command ?? '',
        environment: {
          ...of.runtime,
          RUNTIME_CLIENT: client,
          NODE_PATH: join(root, 'var/runtime/node_modules'),
        },
      })
      const answer = await running.invoke(of.event ?? {})
      await running.stop()
      t.strictSame(answer.error, undefined, `client ${client} runs it`)
      t.equal(answer.streamed, of.streamed ?? false)
      const text = answer.payload.toString()
      t.match(of.streamed ? text : text && JSON.parse(text), of.answer, `client ${client}`)
    }
  })
}
