/**
 * Layers of real packages' lockfiles, against the trees that npm itself makes of them: paths, bytes,
 * modes and linked programs.
 */
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

import { execa } from 'execa'
import t from 'tap'

import { lockedImage, npmTree, obtainedTree } from '../stand-in/assertions/npm-tree.ts'

/** What each package.json asks for. A new major version of one may behave otherwise: pinned. */
const apps: readonly Readonly<Record<string, string>>[] = [
  { express: '5.1.0', 'body-parser': '1.20.3' },
  { fastify: '5.6.1', '@fastify/static': '8.3.0' },
  { koa: '3.0.1', 'koa-router': '12.0.1' },
  { '@hono/node-server': '1.19.5', hono: '4.9.9' },
  { sharp: '0.34.4' },
  { '@lancedb/lancedb': '0.31.0', 'apache-arrow': '18.1.0' },
  { '@duckdb/node-api': '1.4.1-r.4' },
  { 'better-sqlite3': '12.4.1' },
  { bcrypt: '6.0.0', argon2: '0.44.0' },
  { '@prisma/client': '6.17.1', prisma: '6.17.1' },
  { typeorm: '0.3.27', pg: '8.16.3' },
  { sequelize: '6.37.7', mysql2: '3.15.2' },
  { knex: '3.1.0', tedious: '18.6.1' },
  { mongoose: '8.19.1' },
  { ioredis: '5.8.1', bullmq: '5.61.0' },
  { '@napi-rs/canvas': '0.1.80', 'pdfjs-dist': '5.4.296' },
  { puppeteer: '24.24.1' },
  { '@aws-sdk/client-s3': '3.908.0' },
  { '@grpc/grpc-js': '1.14.0', '@grpc/proto-loader': '0.8.0' },
  { esbuild: '0.25.10', typescript: '5.9.3' },
  { rollup: '4.52.4', vite: '7.1.9' },
  { '@swc/core': '1.13.5', terser: '5.44.0' },
  { tailwindcss: '4.1.14', '@tailwindcss/node': '4.1.14' },
  { eslint: '9.37.0' },
  { jest: '30.2.0' },
  { webpack: '5.102.1', 'webpack-cli': '6.0.1' },
  { '@babel/core': '7.28.4', '@babel/preset-env': '7.28.3' },
  { 'socket.io': '4.8.1', ws: '8.18.3' },
  { undici: '7.16.0', got: '14.6.0', axios: '1.12.2' },
  { lodash: '4.17.21', old: 'npm:lodash@3.10.1', rimraf: '3.0.2' },
  { openai: '6.3.0', zod: '4.1.12' },
  { ssh2: '1.17.0', nodemailer: '7.0.9', 'cpu-features': '0.0.10' },
  { cheerio: '1.1.2', jsdom: '27.0.0' },
  { 'iconv-lite': '0.7.0', 'protobufjs-cli': '1.1.3' },
]

/** What npm has to do itself. */
const others: readonly Readonly<Record<string, string>>[] = [{ npm: '11.6.2' }]

async function lock(folder: string, dependencies: Readonly<Record<string, string>>): Promise<void> {
  await mkdir(folder, { recursive: true })
  await writeFile(join(folder, 'package.json'), JSON.stringify({ dependencies }))
  const options = ['--package-lock-only', '--ignore-scripts', '--audit=false', '--fund=false']
  await execa('npm', ['install', ...options, '--omit-lockfile-registry-resolved=false'], {
    cwd: folder,
  })
}

const root = t.testdir()

for (const [index, dependencies] of [...apps, ...others].entries()) {
  const names = Object.keys(dependencies).join(', ')
  t.test(names, async (t) => {
    const folder = join(root, `app-${index}`)
    await lock(folder, dependencies)
    const image = lockedImage(folder)
    const obtained = await obtainedTree(image, join(root, `cache-${index}`))
    t.equal(obtained.way, index < apps.length ? 'lockfile' : 'install')
    const expected = await npmTree(folder, join(root, `npm-${index}`))
    t.ok(Object.keys(expected).length > 5)
    t.same(obtained.listed, expected)
  })
}
