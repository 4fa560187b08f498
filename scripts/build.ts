/**
 * Makes `dist/`: Node runs no TypeScript under node_modules, and a few bundled files load in a
 * fraction of the time of some hundred modules. Dependencies stay external; what is loaded late
 * stays a file of its own.
 */
import { chmod, glob, readFile, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { build } from 'esbuild'
import { execa } from 'execa'

/** What others name: the plugin, the command, and programs that run as processes of their own. */
const entryPoints: Record<string, string> = { index: 'plugin/index.ts', cli: 'plugin/cli.ts' }
for await (const file of glob('plugin/**/*.ts')) {
  const source = await readFile(file, 'utf8')
  for (const [, name = ''] of source.matchAll(/import\.meta\.dirname, `([\w-]+)\$\{extname/g))
    entryPoints[name] = join(dirname(file), `${name}.ts`)
}

await rm('dist', { recursive: true, force: true })
await Promise.all([
  build({
    entryPoints,
    outdir: 'dist',
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node22.18',
    packages: 'external',
    // Programs are looked for beside the file that starts them, so all of it is in one folder.
    chunkNames: '[name]-[hash]',
    sourcemap: 'linked',
    sourcesContent: false,
    logLevel: 'warning',
  }),
  execa('tsc', ['-p', 'tsconfig.build.json'], { preferLocal: true, stdio: 'inherit' }),
])
// npm sets this at an install only, and a checkout runs its own program without one.
await chmod('dist/cli.js', 0o755)
