import { execFileSync } from 'node:child_process'
import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

import type { StartOrder } from './supervision.ts'

const devices = ['null', 'zero', 'full', 'random', 'urandom']
const links = { fd: '', stdin: '/0', stdout: '/1', stderr: '/2' }

/**
 * Makes the root that a function sees in Lambda: read-only, with `/tmp`, `/proc` and the few devices
 * that harm nobody. Everything is mounted in namespaces of this process.
 */
export function mountRoot({ layers, mountPoint, asRoot, openNetwork }: StartOrder): void {
  const at = (path: string): string => join(mountPoint, path)
  // An overlay needs two layers; the lowest has nothing but the folders that are mounted on.
  const lower = `lowerdir=${layers.join(':')}`
  mount('-t', 'overlay', 'overlay', '-o', `ro,nosuid,nodev,${lower}`, mountPoint)
  if (openNetwork !== true) raiseLoopback(at('sys'))
  mount('-t', 'proc', 'proc', '-o', 'nosuid,nodev,noexec', at('proc'))
  for (const part of ['sys', ...(asRoot ? ['bus', 'fs', 'irq', 'sysrq-trigger'] : [])]) {
    bindReadOnly(at(`proc/${part}`), part === 'sys')
  }
  mount('-t', 'tmpfs', 'tmpfs', '-o', 'nosuid,nodev,mode=1777,size=512m', at('tmp'))
  mount('-t', 'tmpfs', 'tmpfs', '-o', 'nosuid,noexec,mode=755,size=64k', at('dev'))
  for (const name of devices) {
    writeFileSync(at(`dev/${name}`), '')
    mount('--bind', `/dev/${name}`, at(`dev/${name}`))
  }
  for (const [name, target] of Object.entries(links)) {
    symlinkSync(`/proc/self/fd${target}`, at(`dev/${name}`))
  }
  mount('-o', 'remount,bind,ro,nosuid,noexec', at('dev'))
}

function mount(...argv: readonly string[]): void {
  // Without this mount(8) of util-linux 2.39 to 2.41 cuts long lists of layers.
  const env = { ...process.env, LIBMOUNT_FORCE_MOUNT2: 'always' }
  execFileSync('mount', argv, { env, stdio: ['ignore', 'ignore', 'pipe'] })
}

function bindReadOnly(path: string, needed: boolean): void {
  try {
    mount('--bind', path, path)
    mount('-o', 'remount,bind,ro', path)
  } catch (error) {
    // Not every kernel has all of them.
    if (needed) throw error
  }
}

/** A new network namespace has its loopback down; `ip` is not everywhere. */
function raiseLoopback(folder: string): void {
  mount('-t', 'sysfs', 'sysfs', folder)
  writeFileSync(join(folder, 'class/net/lo/flags'), '0x9')
  execFileSync('umount', [folder], { stdio: 'ignore' })
}

/** The folders that every root must have; kept below all layers. */
export function makeMountFolders(folder: string): void {
  for (const name of ['', 'dev', 'proc', 'sys', 'tmp']) {
    mkdirSync(join(folder, name), { recursive: true })
    chmodSync(join(folder, name), 0o755)
  }
}
