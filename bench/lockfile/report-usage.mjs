/** Preloaded into every Node process of a run: each leaves what it cost when it ends. */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

process.on('exit', () => {
  const { userCPUTime, systemCPUTime } = process.resourceUsage()
  const usage = {
    seconds: (userCPUTime + systemCPUTime) / 1e6,
    peakBytes: peakBytes(),
  }
  writeFileSync(join(process.env.BENCH_USAGE ?? '.', `${process.pid}.json`), JSON.stringify(usage))
})

/** Linux counts the memory of whoever started a process into that process's maxRSS. */
function peakBytes() {
  if (process.platform !== 'linux') return process.resourceUsage().maxRSS * 1024
  const [, kilobytes] = /^VmHWM:\s*(\d+) kB/m.exec(readFileSync('/proc/self/status', 'utf8')) ?? []
  return Number(kilobytes) * 1024
}
