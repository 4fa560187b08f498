import { execa, type Options } from 'execa'
import { copyFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { addBridge } from './bridge.ts'
import { startServer } from './start-server.ts'

/** A host name that only the daemon's own mount namespace knows. */
export interface HostName {
  readonly name: string
  /** A loopback address where a TLS server answers on port 443. */
  readonly address: string
  /** Path of the certificate that the daemon has to trust for it. */
  readonly certificate: string
}

export interface Docker {
  /** DOCKER_HOST and a DOCKER_CONFIG of its own, for programs that call docker themselves. */
  readonly environment: { readonly DOCKER_HOST: string; readonly DOCKER_CONFIG: string }
  /** Where containers and RUN steps find this machine; they reach nothing beyond it. */
  readonly gateway: string
  /** Runs docker; rejects with its output when it fails. */
  docker(argv: readonly string[], options?: Options): Promise<string>
  /** The argv that runs a program where the host names are known, such as skopeo. */
  within(argv: readonly string[]): [string, ...string[]]
  stop(): Promise<void>
}

// The names and the certificates are mounted over the machine's own for the daemon alone; a
// containerd of the machine is hidden, so that the daemon starts its own.
const enterNamespace = `
mount --bind "$1/hosts" /etc/hosts
mkdir -p /etc/docker && mount -t tmpfs tmpfs /etc/docker && cp -r "$1/certs.d" /etc/docker/
if [ -d /run/containerd ]; then mount -t tmpfs tmpfs /run/containerd; fi
exec dockerd --config-file "$1/daemon.json"`

export interface DockerOptions {
  readonly names?: readonly HostName[]
  /** The argv that runs the daemon where its time is counted, say. */
  readonly counted?: (argv: readonly string[]) => readonly string[]
  /** Control group of the containers, from the root of all: `/bench/containers`. */
  readonly containers?: string
}

/** A Docker daemon with buildx for one test: own data, socket, network bridge and host names. */
export async function startDocker(options: DockerOptions = {}): Promise<Docker> {
  const names = options.names ?? []
  const folder = await mkdtemp(join(tmpdir(), 'dockerd-'))
  const removeFolder = (): Promise<void> =>
    rm(folder, { recursive: true, force: true, maxRetries: 5 })
  const bridge = await addBridge()
  const socket = `unix://${folder}/docker.sock`
  try {
    await mkdir(join(folder, 'client'))
    await mkdir(join(folder, 'certs.d'))
    for (const { name, certificate } of names) {
      await mkdir(join(folder, 'certs.d', name))
      await copyFile(certificate, join(folder, 'certs.d', name, 'ca.crt'))
    }
    const lines = names.map(({ name, address }) => `${address} ${name}\n`)
    await writeFile(join(folder, 'hosts'), `127.0.0.1 localhost\n${lines.join('')}`)
    await writeFile(
      join(folder, 'daemon.json'),
      JSON.stringify({
        'data-root': join(folder, 'data'),
        'exec-root': join(folder, 'exec'),
        pidfile: join(folder, 'docker.pid'),
        hosts: [socket],
        bridge: bridge.name,
        iptables: false,
        ip6tables: false,
        'ip-forward': false,
        'userland-proxy': false,
        ...(options.containers === undefined ? {} : { 'cgroup-parent': options.containers }),
        features: { 'containerd-snapshotter': true },
      }),
    )
    const argv = ['unshare', '--mount', 'sh', '-ec', enterNamespace, 'sh', folder]
    const daemon = await startServer(options.counted?.(argv) ?? argv, { ready: /API listen on/ })
    const environment = { DOCKER_HOST: socket, DOCKER_CONFIG: join(folder, 'client') }
    return {
      environment,
      gateway: bridge.address,
      async docker(argv, more = {}) {
        const { stdout } = await execa('docker', argv, {
          ...more,
          env: { ...environment, ...more.env },
        })
        return String(stdout)
      },
      within: (argv) => ['nsenter', `--mount=/proc/${daemon.pid}/ns/mnt`, ...argv],
      async stop() {
        await daemon.stop()
        await bridge.remove()
        await removeFolder()
      },
    }
  } catch (error) {
    await bridge.remove()
    await removeFolder()
    throw error
  }
}
