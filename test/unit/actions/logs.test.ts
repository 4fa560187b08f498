import t from 'tap'

import { readLogs } from '../../../plugin/actions/logs.ts'
import type { LogPage, LogsPorts } from '../../../plugin/ports/logs.ts'

function eventOf(id: string, time: number) {
  return { id, time, stream: 's', message: id }
}

/** A group for each look; the last look ends the tail. */
function scripted(looks: readonly (readonly LogPage[] | undefined)[]) {
  const asked: number[] = []
  let now = 1_000_000
  let look = -1
  const ports: LogsPorts = {
    async readPage(_group, from, next) {
      if (next === undefined) look++
      asked.push(from)
      const pages = looks[look]
      return pages?.[Number(next ?? 0)]
    },
    now: () => now,
    wait: async (milliseconds) => void (now += milliseconds),
    isOver: () => look >= looks.length - 1,
  }
  return { ports, asked }
}

async function read(looks: Parameters<typeof scripted>[0], tail: boolean) {
  const { ports, asked } = scripted(looks)
  const missing: string[] = []
  const groups = new Map([['get /', '/aws/lambda/F']])
  const texts: string[] = []
  const request = { groups, from: 900_000, tail }
  for await (const entry of readLogs(request, ports, (name) => missing.push(name)))
    texts.push(entry.kind === 'line' ? entry.text : entry.kind)
  return { texts, asked, missing }
}

t.test('every page, empty ones between them too', async (t) => {
  const pages = [
    { events: [], next: '1' },
    { events: [eventOf('a', 1), eventOf('b', 2)], next: '2' },
    { events: [], next: '3' },
    { events: [eventOf('c', 3)] },
  ]
  t.strictSame((await read([undefined, pages], true)).texts, ['a', 'b', 'c'])
})

t.test('what comes late is printed, what was printed is not printed again', async (t) => {
  const first = [{ events: [eventOf('a', 999_000), eventOf('c', 999_500)] }]
  const second = [{ events: [eventOf('a', 999_000), eventOf('b', 999_200), eventOf('c', 999_500)] }]
  const { texts, asked } = await read([first, second], true)
  t.strictSame(texts, ['a', 'c', 'b'])
  t.strictSame(asked, [900_000, 940_000], 'a minute is looked at again')
})

t.test('a group that is not there yet is said once, and waited for', async (t) => {
  const later = [{ events: [eventOf('a', 1)] }]
  const { texts, missing } = await read([undefined, undefined, later], true)
  t.strictSame(texts, ['a'])
  t.strictSame(missing, ['get /'])
})
