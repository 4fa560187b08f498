/**
 * Makes `dist/`: Node runs no TypeScript under node_modules, and a few bundled files load in a
 * fraction of the time of some hundred modules. Dependencies stay external; what is loaded late
 * stays a file of its own.
 */
import { chmod, glob, readFile, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { build, type BuildOptions } from 'esbuild'
import { execa } from 'execa'

import { loadedTogether } from './build/loaded-together.ts'

/** Programs that run as processes of their own, by what names them. */
const programs: Record<string, string> = {}
for await (const file of glob('plugin/**/*.ts')) {
  const source = await readFile(file, 'utf8')
  for (const [, name = ''] of source.matchAll(/import\.meta\.dirname, `([\w-]+)\$\{extname/g))
    if (name !== 'cli') programs[name] = join(dirname(file), `${name}.ts`)
}

const options = {
  outdir: 'dist',
  bundle: true,
  format: 'esm',
  platform: 'node',
  target: 'node22.18',
  packages: 'external',
  // Programs are looked for beside the file that starts them, so all of it is in one folder.
  chunkNames: '[name]-[hash]',
  sourcemap: 'linked',
  sourcesContent: false,
  logLevel: 'warning',
} as const satisfies BuildOptions

/** A deploy of these kinds alone needs them, and the packages that they load. */
const apart = ['hooks', 'sandbox', 'buildx-images', 'docker-runner', 'parse-pnpm-lockfile']

const plugins = [loadedTogether({ name: 'making', directory: 'plugin', apart })]

await rm('dist', { recursive: true, force: true })
await Promise.all([
  // Each in a build of its own: esbuild makes a file of whatever any two commands share, and what a
  // deploy loads would be in seventy files.
  build({ ...options, plugins, entryPoints: { index: 'plugin/index.ts' }, splitting: true }),
  build({ ...options, plugins, entryPoints: { cli: 'plugin/cli.ts' }, splitting: true }),
  build({ ...options, entryPoints: programs }),
  execa('tsc', ['-p', 'tsconfig.build.json'], { preferLocal: true, stdio: 'inherit' }),
])
// npm sets this at an install only, and a checkout runs its own program without one.
await chmod('dist/cli.js', 0o755)
