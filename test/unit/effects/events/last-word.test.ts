import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'

import { execa } from 'execa'
import t, { type Test } from 'tap'

import { sayWhy } from '../../../../plugin/effects/events/last-word.ts'
import { plainNode } from '../../../stand-in/harness/plain-node.ts'

const after = Date.parse('2026-11-26T08:00:00Z')

async function said(t: Test, script: string, timeout = 20_000): Promise<string> {
  const directory = t.testdir()
  const program = join(directory, 'cli.mjs')
  await writeFile(program, script)
  const written: string[] = []
  const write = (text: string) => void written.push(text)
  sayWhy({ program, stackName: 'App', directory, after, timeout, write })
  return written.join('')
}

t.test('what the command prints, below an empty line', async (t) => {
  const text = await said(t, 'console.log(process.argv.slice(2).join(" "))')
  t.equal(text, '\ndiagnose --stack App --since 2026-11-26T08:00:00.000Z\n')
  t.equal(await said(t, ''), '', 'nothing when it prints nothing')
})

t.test('why it could not be asked, and how to ask again', async (t) => {
  const refused = 'console.error("AWS_CREDENTIALS_REFUSED: ExpiredToken"); process.exitCode = 1'
  t.equal(
    await said(t, refused),
    "\nWhy CloudFormation failed is not known: AWS_CREDENTIALS_REFUSED: ExpiredToken\n'arc-images diagnose --stack App' asks again.\n",
  )
  t.match(await said(t, 'setTimeout(() => {}, 60_000)', 300), 'not known: no answer in 0.3 s.')
})

t.test('only a process that ends with an error says it, and not after Ctrl-C', async (t) => {
  const directory = t.testdir({ 'cli.mjs': 'console.log("the root cause")' })
  const module = join(import.meta.dirname, '../../../../plugin/effects/events/last-word.ts')
  const options = { program: join(directory, 'cli.mjs'), stackName: 'App', directory, after }
  const run = async (code: number): Promise<string> => {
    const script = `import { giveLastWord } from ${JSON.stringify(module)}
      giveLastWord(${JSON.stringify(options)})
      process.exit(${code})`
    const [node, args] = plainNode('--input-type=module', '-e', script)
    return (await execa(node, args, { reject: false })).stdout
  }
  t.match(await run(1), 'the root cause')
  t.equal(await run(0), '')
  t.equal(await run(130), '')
})
