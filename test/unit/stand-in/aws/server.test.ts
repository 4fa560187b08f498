import { join } from 'node:path'
import { createInterface } from 'node:readline'

import { execa } from 'execa'
import t from 'tap'

import { openCalls } from '../../../stand-in/assertions/aws-calls.ts'

const program = join(import.meta.dirname, '../../../stand-in/aws/server.ts')

t.test('the stand-in as a program says where it is and ends with its input', async (t) => {
  const directory = t.testdir()
  const child = execa(process.execPath, [program, directory], {
    env: { NODE_OPTIONS: '' },
    stdin: 'pipe',
    buffer: false,
    reject: false,
  })
  const lines = createInterface({ input: child.stdout })
  const [first] = await Promise.race([
    lines[Symbol.asyncIterator]()
      .next()
      .then(({ value }) => [String(value)]),
    child.then(() => ['']),
  ])
  const calls = await openCalls(JSON.parse(first ?? ''))
  t.strictSame(await calls.ecr('DescribeRepositories'), { repositories: [] })
  child.stdin.end()
  t.equal((await child).exitCode, 0)
})
