/**
 * What the way from a lockfile asks registries for, and with which credentials, against what
 * `npm ci` asks with the same `.npmrc`.
 */
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { createServer, type IncomingMessage, type RequestListener } from 'node:http'
import { createServer as createSecureServer } from 'node:https'
import { type AddressInfo, type Server } from 'node:net'
import { join } from 'node:path'

import { execa } from 'execa'
import t from 'tap'

import { readDefinition } from '../../plugin/effects/dependencies/definition.ts'
import { fingerprintOf } from '../../plugin/effects/dependencies/dependency-fingerprint.ts'
import { installOptions } from '../../plugin/effects/dependencies/install.ts'
import { obtainPackages } from '../../plugin/effects/unpacked/obtain-packages.ts'
import { lockedImage } from '../stand-in/assertions/npm-tree.ts'
import {
  integrityOf,
  type PublishedPackage,
  startNpmRegistry,
} from '../stand-in/registry/npm-registry.ts'

const packages: readonly PublishedPackage[] = ['tool', '@scope/part'].map((name) => ({
  manifest: { name, version: '1.0.0' },
  files: { 'index.js': `exports.name = '${name}'\n` },
}))
const registry = await startNpmRegistry(packages)
t.teardown(() => registry.close())
const root = t.testdir()

/** Each request for a tarball as it arrived. */
let seen: string[] = []

function note({ method, url, headers }: IncomingMessage, by: string): void {
  if (method === 'CONNECT' || url?.endsWith('.tgz') === true)
    seen.push([by, method, headers.host, url, headers.authorization ?? 'nobody'].join(' '))
}

/** Gives what is behind any address that ends as the registry's does. */
const answer =
  (by: string): RequestListener =>
  (request, response) => {
    note(request, by)
    const path = /(?:@scope(?:\/|%2f))?[^/]+(?:\/-\/[^/]+\.tgz)?$/i.exec(request.url ?? '')?.[0]
    fetch(`${registry.url}/${path}`)
      .then(async (found) => Buffer.from(await found.arrayBuffer()))
      .then((bytes) => response.end(bytes))
      .catch(() => response.destroy())
  }

async function listen(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, resolve))
  t.teardown(() => server.close())
  const address: AddressInfo | string | null = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  return address.port
}

await execa(
  'openssl',
  [
    ...'req -x509 -newkey rsa:2048 -nodes -days 2'.split(' '),
    ...'-keyout key.pem -out cert.pem'.split(' '),
    ...'-subj /CN=localhost -addext subjectAltName=DNS:localhost'.split(' '),
  ],
  { cwd: root },
)
const [key, cert] = await Promise.all(
  ['key.pem', 'cert.pem'].map((name) => readFile(join(root, name))),
)
const one = `localhost:${await listen(createServer(answer('one')))}`
const other = `127.0.0.1:${await listen(createServer(answer('other')))}`
const secure = `localhost:${await listen(createSecureServer({ key, cert }, answer('secure')))}`
const proxyServer = createServer(answer('proxy'))
proxyServer.on('connect', (request: IncomingMessage, socket) => {
  note(request, 'proxy')
  // npm does not wait for the end of it.
  socket.on('error', () => undefined)
  socket.end('HTTP/1.1 403 Forbidden\r\n\r\n')
})
const proxy = `127.0.0.1:${await listen(proxyServer)}`
/** `npm test` hands its own settings on, which would come before those of a project. */
const outside = Object.fromEntries(
  Object.entries(process.env).filter(([name]) => !/^npm_config_/i.test(name)),
)
let count = 0

/** What both ways ask for when the lockfile has tarballs at an address. */
async function both(npmrc: string, from: string) {
  const folder = join(root, `app-${++count}`)
  await mkdir(folder, { recursive: true })
  const dependencies = Object.fromEntries(packages.map(({ manifest }) => [manifest.name, '1.0.0']))
  const locked = packages.map((published) => {
    const { name } = published.manifest
    const resolved = `${from}/${name}/-/${name.split('/').at(-1)}-1.0.0.tgz`
    const entry = { version: '1.0.0', integrity: integrityOf(published), resolved }
    return [`node_modules/${name}`, entry] as const
  })
  await writeFile(join(folder, 'package.json'), JSON.stringify({ dependencies }))
  const lock = {
    lockfileVersion: 3,
    packages: { '': { dependencies }, ...Object.fromEntries(locked) },
  }
  await writeFile(join(folder, 'package-lock.json'), JSON.stringify(lock))
  await writeFile(join(folder, '.npmrc'), `${npmrc}\nfetch-retries=0\n`)
  const environment = (cache: string) => ({
    ...outside,
    REGISTRY_TOKEN: 'from-the-environment',
    npm_config_cache: join(folder, cache),
    npm_config_userconfig: join(folder, 'none'),
  })
  const image = lockedImage(folder)
  const definition = await readDefinition(image)
  seen = []
  const ours = await obtainPackages(definition, {
    fingerprint: await fingerprintOf(image, definition),
    architecture: 'arm64',
    cacheDirectory: join(folder, 'cache'),
    passedOver: [],
    environment: environment('npm-ours'),
  }).then(
    () => 'done',
    () => 'failed',
  )
  const asked = seen.toSorted()
  seen = []
  const npm = await execa('npm', ['ci', ...installOptions('npm', 'arm64')], {
    cwd: folder,
    env: environment('npm-own'),
    extendEnv: false,
    reject: false,
  })
  return {
    ours: { ended: ours, asked: [...new Set(asked)] },
    npms: { ended: npm.failed ? 'failed' : 'done', asked: [...new Set(seen.toSorted())] },
  }
}

const publicRegistry = 'https://registry.npmjs.org'

t.test('replace-registry-host decides who is asked', async (t) => {
  for (const rule of ['never', 'npmjs', 'always', 'localhost', 'elsewhere.test', undefined]) {
    for (const own of [`http://${other}/`, `http://${other}/npm/group/`]) {
      const setting = rule === undefined ? '' : `\nreplace-registry-host=${rule}`
      const { ours, npms } = await both(`registry=${own}${setting}`, `http://${one}`)
      t.same(ours, npms, `${rule} ${own}`)
      t.equal(ours.ended, 'done')
      t.equal(
        ours.asked[0]?.split(' ')[0],
        ['always', 'localhost'].includes(rule ?? '') ? 'other' : 'one',
      )
    }
  }
})

t.test('the public registry in a lockfile is the configured one', async (t) => {
  for (const rule of ['npmjs', 'always', 'registry.npmjs.org', 'never'] as const) {
    const npmrc = `registry=http://${one}/path\nhttps-proxy=http://${proxy}\nnoproxy=localhost`
    const { ours, npms } = await both(`${npmrc}\nreplace-registry-host=${rule}`, publicRegistry)
    t.same(ours, npms, rule)
    t.equal(ours.asked[0]?.split(' ')[0], rule === 'never' ? 'proxy' : 'one')
  }
})

t.test('scopes and credentials', async (t) => {
  const basic = Buffer.from('someone:a password').toString('base64')
  const password = Buffer.from('a password').toString('base64')
  for (const [npmrc, authorization] of [
    [`//${one}/:_authToken=secret-token`, 'Bearer secret-token'],
    [`//${one}/:_authToken=\${REGISTRY_TOKEN}`, 'Bearer from-the-environment'],
    [`//${one}/:_auth=${basic}`, `Basic ${basic}`],
    [`//${one}/:username=someone\n//${one}/:_password=${password}`, `Basic ${basic}`],
    [`//${other}/:_authToken=of-another`, 'nobody'],
    [`@scope:registry=http://${other}/scoped/\n//${other}/scoped/:_authToken=of-scope`, 'nobody'],
  ] as const) {
    const { ours, npms } = await both(`registry=http://${one}/\n${npmrc}`, publicRegistry)
    t.same(ours, npms, npmrc)
    t.equal(ours.ended, 'done')
    const plain = ours.asked.find((line) => line.includes('/tool/')) ?? ''
    t.ok(plain.endsWith(authorization), plain)
  }
})

t.test('proxies', async (t) => {
  const plain = await both(`registry=http://registry.test/\nproxy=http://${proxy}`, publicRegistry)
  t.same(plain.ours, plain.npms)
  t.match(plain.ours.asked, [/^proxy /])
  const user = `http://someone:word@${proxy}`
  const tunnel = await both(`registry=https://registry.test/\nhttps-proxy=${user}`, publicRegistry)
  t.same(tunnel.ours, tunnel.npms)
  t.match(tunnel.ours, { ended: 'failed', asked: [/CONNECT/] })
})

t.test('certificates', async (t) => {
  const cafile = join(root, 'cert.pem')
  for (const [setting, ended] of [
    [`cafile=${cafile}`, 'done'],
    ['strict-ssl=false', 'done'],
    ['strict-ssl=true', 'failed'],
  ] as const) {
    const { ours, npms } = await both(`registry=https://${secure}/\n${setting}`, publicRegistry)
    t.same(ours, npms, setting)
    t.equal(ours.ended, ended)
  }
})
