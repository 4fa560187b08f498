import t from 'tap'

import { startArcImages } from '../stand-in/harness/arc-images.ts'
import { type ImageApp, openImageApp } from '../stand-in/inputs/image-app.ts'

const greet = 'src/http/get-greet-000name/index.mjs'
const id = 'GetGreetNameHTTPLambda'

/** How often Lambda was told to run another image. */
function updates({ aws }: ImageApp): number {
  return aws.journal.filter(({ action }) => action === 'UpdateFunctionCode').length
}

t.test('every save until Ctrl-C, and the lines of the logs', async (t) => {
  const app = await openImageApp()
  t.teardown(() => app.close())
  const first = await app.deploy()
  t.equal(first.exitCode, 0, first.output)
  const before = await app.read(greet)
  const save = (text: string): Promise<void> => app.write(greet, `${before}${text}\n`)
  const synced = { schema: 1, command: 'sync', functions: [{ function: 'get /greet/:name' }] }

  await t.test('--watch', async (t) => {
    const watch = startArcImages(app, ['sync', '--watch', '--json'])
    t.match(await watch.next(), { stack: 'GreeterStaging', functions: [] })

    // At once: it may not be watched yet.
    await save("console.log('one')")
    t.match(await watch.next(), synced, 'the first save')

    await save('const = 1')
    t.match(await watch.next(), { command: 'sync', error: { code: String, message: /index\.mjs/ } })
    t.equal(updates(app), 1, 'what does not compile goes nowhere')

    await save("console.log('two')")
    t.match(await watch.next(), synced, 'after an error')

    await save("console.log('three')")
    await save("console.log('four')")
    t.match(await watch.next(), synced, 'two saves')
    t.equal(updates(app), 3, 'are one sync')

    await app.write('src/http/get-greet-000name/more.mjs', 'export const more = 1\n')
    await app.write(greet, `import { more } from './more.mjs'\n${before}console.log(more)\n`)
    t.match(await watch.next(), synced, 'a new file')
    await app.write('src/http/get-greet-000name/more.mjs', 'export const more = 2\n')
    t.match(await watch.next(), synced, 'a file that the first bundle did not have')

    const { exitCode, rest } = await watch.interrupt()
    t.equal(exitCode, 130)
    t.strictSame(rest, [])
  })

  await t.test('--logs', async (t) => {
    const functionName = app.aws.stack('GreeterStaging')?.deployment.functions[id]?.functionName
    const group = `/aws/lambda/${functionName}`
    app.aws.state.logGroups.push(group)
    const watch = startArcImages(app, ['sync', '--watch', '--logs', '--json'])
    t.match(await watch.next(), { command: 'sync' })
    const now = Date.now()
    app.aws.state.logEvents[group] = [
      {
        eventId: '1',
        logStreamName: '2026/11/26/[$LATEST]0',
        timestamp: now,
        ingestionTime: now,
        message: '2026-11-26T10:00:00.000Z\t00000000-0000-4000-8000-000000000000\tINFO\thello\n',
      },
    ]
    t.match(await watch.next(), { command: 'logs', function: 'get /greet/:name', text: /hello/ })
    await save("console.log('five')")
    t.match(await watch.next(), synced, 'beside the logs')
    t.equal((await watch.interrupt()).exitCode, 130)
  })
})
