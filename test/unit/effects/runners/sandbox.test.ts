import { createServer } from 'node:net'
import { mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { spawn } from 'node:child_process'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t from 'tap'

import { namespaceRunner } from '../../../../plugin/effects/runners/namespace-runner.ts'
import { superviseInNamespaces } from '../../../../plugin/effects/runners/run-in-namespaces.ts'
import { followStart } from '../../../../plugin/effects/start/follow-start.ts'
import { makeMountFolders } from '../../../../plugin/effects/runtime/mount-root.ts'
import { makeSystemRoot, putFile } from '../../../stand-in/inputs/system-root.ts'

const folder = await mkdtemp(join(tmpdir(), 'sandbox-'))
t.teardown(() => rm(folder, { recursive: true, force: true }))
const runner = await namespaceRunner(join(folder, 'cache'))
const skip = 'unable' in runner ? `no namespaces here: ${runner.unable}` : false
const asRoot = process.getuid?.() === 0
const at = (name: string): string => join(folder, name)
await mkdir(at('mount-point'))
makeMountFolders(at('mounts'))

const system = skip ? undefined : await makeSystemRoot(at('system'), ['mount', 'unshare', 'mknod'])

/** Runs a script in the sandbox; what it prints as JSON comes back. */
async function attack(name: string, script: string, environment: Record<string, string> = {}) {
  await putFile(at(name), 'var/task/attack.cjs', script)
  const order = {
    layers: [name, 'system', 'mounts'],
    mountPoint: 'mount-point',
    asRoot,
    argv: [system?.node ?? '', '/var/task/attack.cjs'],
    workingDirectory: '/var/task',
    environment: { PATH: '/usr/bin:/bin', ...environment },
  }
  const outcome = await followStart(superviseInNamespaces(order, folder), 20)
  if (outcome.kind !== 'exit' || outcome.code !== 0) throw new Error(JSON.stringify(outcome))
  return JSON.parse(outcome.output)
}

/** In the sandbox: what each attempt gives, its error's code or what it returned. */
const attempts = `
const fs = require('node:fs')
const { spawnSync } = require('node:child_process')
const found = {}
const attempt = (name, work) => {
  try { found[name] = work() ?? 'done' } catch (error) { found[name] = error.code ?? String(error) }
}
const run = (program, ...argv) => {
  if (!program) return 'not here'
  const { status, error } = spawnSync(program, argv)
  return error?.code ?? status
}
`

t.test('what is there', { skip }, async (t) => {
  const seen = await attack(
    'look',
    `${attempts}
    const status = fs.readFileSync('/proc/self/status', 'utf8')
    attempt('ids', () => [process.getuid(), process.getgid(), process.getgroups()])
    attempt('capabilities', () => ['CapPrm', 'CapEff', 'CapInh', 'CapAmb'].map((name) => BigInt('0x' + new RegExp(name + ':\\\\s*(\\\\w+)').exec(status)[1]) === 0n))
    attempt('privileges', () => /NoNewPrivs:\\s*1/.test(status))
    attempt('environment', () => Object.keys(process.env).sort())
    attempt('devices', () => fs.readdirSync('/dev').sort())
    attempt('sys', () => fs.readdirSync('/sys'))
    attempt('processes', () => fs.readdirSync('/proc').filter((name) => /^\\d+$/.test(name)).length)
    attempt('interfaces', () => Object.keys(require('node:os').networkInterfaces()))
    attempt('tmp', () => fs.writeFileSync('/tmp/file', ''))
    attempt('null', () => fs.writeFileSync('/dev/null', 'x'))
    console.log(JSON.stringify(found))`,
    { OWN: '1' },
  )
  t.strictSame(seen, {
    ids: [993, 990, asRoot ? [990] : seen.ids[2]],
    capabilities: [true, true, true, true],
    privileges: true,
    environment: ['OWN', 'PATH'],
    devices: ['fd', 'full', 'null', 'random', 'stderr', 'stdin', 'stdout', 'urandom', 'zero'],
    sys: [],
    processes: 2,
    interfaces: ['lo'],
    tmp: 'done',
    null: 'done',
  })
})

t.test('an attack on the host', { skip }, async (t) => {
  const mounts = await readFile('/proc/self/mountinfo', 'utf8')
  const hostname = await readFile('/proc/sys/kernel/hostname', 'utf8')
  const server = createServer((socket) => socket.destroy()).listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  t.teardown(() => server.close())
  const address = server.address()
  const port = address !== null && typeof address === 'object' ? address.port : 0
  const [mount, unshare, mknod] = ['mount', 'unshare', 'mknod'].map((name) =>
    JSON.stringify(system?.has(name) ?? ''),
  )
  const seen = await attack(
    'attack',
    `${attempts}
    const net = require('node:net')
    attempt('sysctl', () => fs.writeFileSync('/proc/sys/kernel/hostname', 'taken'))
    attempt('core pattern', () => fs.writeFileSync('/proc/sys/kernel/core_pattern', '|/tmp/x'))
    attempt('sysrq', () => fs.writeFileSync('/proc/sysrq-trigger', 'h'))
    attempt('root', () => fs.writeFileSync('/file', ''))
    attempt('code', () => fs.writeFileSync('/var/task/attack.cjs', ''))
    attempt('device folder', () => fs.writeFileSync('/dev/file', ''))
    attempt('host environment', () => fs.readFileSync('/proc/1/environ'))
    attempt('host root', () => fs.readdirSync('/proc/1/root/'))
    attempt('host folder', () => fs.readdirSync('/proc/1/cwd/'))
    attempt('host memory', () => fs.openSync('/proc/1/mem'))
    attempt('host files', () => fs.readdirSync(${JSON.stringify(folder)}))
    attempt('mount', () => run(${mount}, '-t', 'tmpfs', 'x', '/tmp') !== 0)
    attempt('remount', () => run(${mount}, '-o', 'remount,rw', '/') !== 0)
    attempt('namespace', () => run(${unshare}, '-Urm', '/bin/node', '-e', '1') !== 0)
    attempt('device', () => run(${mknod}, '/tmp/disk', 'b', '8', '0') !== 0)
    attempt('hang up', () => { process.kill(1, 'SIGTERM'); process.kill(1, 'SIGUSR1') })
    const dial = (name, options) => new Promise((resolve) => {
      net.connect(options).once('connect', () => { found[name] = 'connected'; resolve() })
        .once('error', ({ code }) => { found[name] = code; resolve() })
    })
    setTimeout(async () => {
      await dial('host port', { host: '127.0.0.1', port: ${port} })
      await dial('inspector', { host: '127.0.0.1', port: 9229 })
      await dial('metadata', { host: '169.254.169.254', port: 80 })
      await dial('runtime', { host: '127.0.0.1', port: 9001 })
      console.log(JSON.stringify(found))
      process.exit(0)
    }, 300)`,
  )
  t.strictSame(seen, {
    sysctl: 'EROFS',
    'core pattern': 'EROFS',
    sysrq: seen.sysrq,
    root: 'EROFS',
    code: 'EROFS',
    'device folder': 'EROFS',
    'host environment': 'EACCES',
    'host root': 'EACCES',
    'host folder': 'EACCES',
    'host memory': 'EACCES',
    'host files': 'ENOENT',
    mount: true,
    remount: true,
    namespace: true,
    device: true,
    'hang up': asRoot ? 'EPERM' : 'done',
    'host port': 'ECONNREFUSED',
    inspector: 'ECONNREFUSED',
    metadata: 'ENETUNREACH',
    runtime: 'connected',
  })
  t.match(
    ['EACCES', 'EROFS', 'ENOENT', 'EPERM'],
    [seen.sysrq].filter((code) => code === 'done'),
  )
  t.not(seen.sysrq, 'done')
  t.equal(await readFile('/proc/sys/kernel/hostname', 'utf8'), hostname)
  t.equal(await readFile('/proc/self/mountinfo', 'utf8'), mounts)
})

async function processesWith(marker: string): Promise<number> {
  const ids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name))
  const lines = await Promise.all(
    ids.map((id) => readFile(`/proc/${id}/cmdline`, 'utf8').catch(() => '')),
  )
  return lines.filter((line) => line.includes(marker)).length
}

t.test('a killed deploy leaves no process, no mount and no file', { skip }, async (t) => {
  await putFile(at('hang'), 'var/task/attack.cjs', 'setInterval(() => {}, 1000)')
  const marker = `hang-${process.pid}`
  const order = JSON.stringify({
    layers: ['hang', 'system', 'mounts'],
    mountPoint: 'mount-point',
    asRoot,
    argv: [system?.node, '/var/task/attack.cjs', marker],
    workingDirectory: '/var/task',
    environment: {},
  })
  const module = join(
    import.meta.dirname,
    '../../../../plugin/effects/runners/run-in-namespaces.ts',
  )
  const program = `
    const { superviseInNamespaces } = await import(${JSON.stringify(module)})
    const running = superviseInNamespaces(${order}, ${JSON.stringify(folder)})
    for await (const event of running.events) if (event.kind === 'ready') console.log('ready')`
  const child = spawn(process.execPath, ['--input-type=module', '-e', program], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { PATH: process.env['PATH'] },
  })
  await new Promise((resolve) => child.stdout.once('data', resolve))
  for (let wait = 0; wait < 50 && (await processesWith(marker)) < 2; wait++) await pause()
  t.ok((await processesWith(marker)) >= 2, 'the deploy and the function')
  child.kill('SIGKILL')
  for (let wait = 0; wait < 50 && (await processesWith(marker)) > 0; wait++) await pause()
  t.equal(await processesWith(marker), 0)
  t.notMatch(await readFile('/proc/self/mountinfo', 'utf8'), folder)
  t.strictSame(await readdir(at('mount-point')), [])
})

function pause(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 100))
}
