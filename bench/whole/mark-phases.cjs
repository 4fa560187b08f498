/**
 * A plugin of Architect's for the bench's apps, above and below ours: when each of its hooks is
 * called, and the processor time of the process by then. Written to BENCH_MARKS when all is over.
 */
const { readFileSync, writeFileSync } = require('node:fs')
const { basename } = require('node:path')

const marks = (globalThis.benchMarks ??= [])
const mark = (name) => {
  const { user, system } = process.cpuUsage()
  marks.push({ name, seconds: performance.now() / 1000, cpuSeconds: (user + system) / 1e6 })
}
if (marks.length === 0) {
  mark('loaded')
  process.on('exit', () => {
    mark('exit')
    const livingCpuSeconds = childrenThatLive()
    writeFileSync(process.env.BENCH_MARKS, JSON.stringify({ marks, livingCpuSeconds }))
  })
}

/** esbuild's service goes after this process, so that nobody who waits for it learns what it took. */
function childrenThatLive() {
  try {
    const pids = readFileSync('/proc/self/task/' + process.pid + '/children', 'utf8').trim()
    const ticks = pids.split(' ').map((pid) => {
      const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ')
      return Number(fields[11]) + Number(fields[12])
    })
    return ticks.reduce((sum, one) => sum + one, 0) / 100
  } catch {
    return 0
  }
}

const place = basename(__filename, '.cjs')
const hook = (name) => () => mark(`${name} ${place}`)
module.exports = {
  deploy: { start: hook('start'), services: hook('services'), end: hook('end') },
}
