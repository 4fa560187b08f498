import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { execa } from 'execa'

import { installPackage } from '../whole/install-package.ts'

const root = resolve(import.meta.dirname, '../..')
const lancedb = join(root, 'docker/lancedb')

/** Below what LanceDB's packages ask for, so that the others keep the one they have. */
export const tslibVersions = [
  '2.4.0',
  '2.4.1',
  '2.5.0',
  '2.5.1',
  '2.5.2',
  '2.5.3',
  '2.6.0',
  '2.6.1',
  '2.6.2',
  '2.6.3',
  '2.7.0',
  '2.8.0',
  '2.8.1',
] as const
export type TslibVersion = (typeof tslibVersions)[number]

/** What an app's next build is made from. */
export interface Sources {
  /** A word in the function's code. */
  readonly line: string
  readonly tslib: TslibVersion
}

/**
 * A folder whose `node_modules` has Architect and the plugin, packed and installed as npm does it,
 * and `definitions/VERSION/` with the image's `package.json` and lockfile for each of tslib.
 */
export async function prepareApps(folder: string): Promise<void> {
  await installPackage(root, folder)
  const making = await mkdtemp(join(folder, 'lock-'))
  for (const file of ['package.json', 'package-lock.json']) {
    await cp(join(lancedb, file), join(making, file))
  }
  for (const version of tslibVersions) {
    const quiet = ['--no-audit', '--no-fund', '--prefer-offline']
    const only = ['--package-lock-only', '--ignore-scripts', '--save-exact', `tslib@${version}`]
    await execa('npm', ['install', ...quiet, ...only], { cwd: making })
    await cp(making, join(folder, 'definitions', version), { recursive: true })
  }
  await rm(making, { recursive: true })
}

/** An app that every peer can build, without anything that an earlier build left in its folder. */
export async function writeApp(
  folder: string,
  options: {
    /** What `prepareApps` made. */
    readonly prepared: string
    readonly sources: Sources
    readonly repository: string
    readonly settings: readonly string[]
  },
): Promise<void> {
  await rm(folder, { recursive: true, force: true })
  await mkdir(join(folder, 'docker/lancedb'), { recursive: true })
  await mkdir(join(folder, 'src/http/any-search'), { recursive: true })
  await symlink(join(options.prepared, 'node_modules'), join(folder, 'node_modules'), 'dir')
  await writeFile(join(folder, 'package.json'), '{ "private": true }\n')
  await cp(join(import.meta.dirname, 'sam-template.yaml'), join(folder, 'sam.yaml'))
  await writeFile(join(folder, 'app.arc'), manifest(options.repository, options.settings))
  // Without a named context, which not every peer has.
  const dockerfile = await readFile(join(lancedb, 'Dockerfile'), 'utf8')
  const own = dockerfile.replace('COPY --from=functions / ', 'COPY functions/ ')
  await writeFile(join(folder, 'docker/lancedb/Dockerfile'), own)
  await writeSources(folder, options)
}

/**
 * Its function is the app's root. Without one Architect adds a function for static files, a zip for
 * which it runs `npm install` at every deploy, and which no other tool here deploys.
 */
function manifest(repository: string, settings: readonly string[]): string {
  return `@app
bench

@aws
runtime nodejs24.x
architecture arm64

@plugins
arc-plugin-container-images

@http
/*
  method any
  src src/http/any-search

@container-images
any /* lancedb

@images
repository ${repository}
lancedb
${settings.join('\n')}
`
}

/** Changes what the next build is made from. */
export async function writeSources(
  folder: string,
  { prepared, sources }: { readonly prepared: string; readonly sources: Sources },
): Promise<void> {
  await cp(join(prepared, 'definitions', sources.tslib), join(folder, 'docker/lancedb'), {
    recursive: true,
  })
  await writeFile(
    join(folder, 'src/http/any-search/index.js'),
    `const { connect } = require('@lancedb/lancedb')\n` +
      `exports.handler = async () => {\n` +
      `  const tables = await (await connect('/tmp/search')).tableNames()\n` +
      `  return { statusCode: 200, body: JSON.stringify({ tables, version: '${sources.line}' }) }\n` +
      `}\n`,
  )
}
