import t from 'tap'

import { createEventLines } from '../../../../plugin/effects/events/show-events.ts'

const passing = (text: string) => ({ text, matters: false, failed: false })
const failing = (text: string) => ({ text, matters: true, failed: true })

function onTerminal(columns: number, environment = {}, isTTY = true) {
  const written: string[] = []
  const said: string[] = []
  const write = (text: string) => void written.push(text)
  const show = createEventLines({ isTTY, columns, write }, environment, (text) => said.push(text))
  return { show, written, said }
}

t.test('in a terminal one line changes, and a failure stays', (t) => {
  const { show, written, said } = onTerminal(40)
  show(passing('A CREATE_COMPLETE'))
  show(passing('a name that is longer than the terminal is wide'))
  show(failing('B CREATE_FAILED: no'))
  show(passing('C CREATE_COMPLETE'))
  const clear = '\r\u001B[2K'
  t.strictSame(written, [
    `${clear}⚬ Stack A CREATE_COMPLETE\n`,
    `${clear}\u001B[1A${clear}⚬ Stack a name that is longer than the…\n`,
    `${clear}\u001B[1A${clear}× Stack B CREATE_FAILED: no\n`,
    `${clear}⚬ Stack C CREATE_COMPLETE\n`,
  ])
  t.strictSame(said, [])
  t.end()
})

t.test('in CI and in a pipe a line for what matters', (t) => {
  for (const { show, written, said } of [
    onTerminal(80, { CI: 'true' }),
    onTerminal(80, {}, false),
  ]) {
    show(passing('A CREATE_COMPLETE'))
    show(failing('B CREATE_FAILED: no'))
    t.strictSame([written, said], [[], ['B CREATE_FAILED: no']])
  }
  t.end()
})

t.test('nothing when the user wants quiet', (t) => {
  const { show, written, said } = onTerminal(80, { ARC_QUIET: 'true' })
  show(failing('B CREATE_FAILED: no'))
  t.strictSame([written, said], [[], []])
  t.end()
})
