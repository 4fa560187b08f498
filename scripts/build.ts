/** Makes `dist/`: JavaScript and declarations, since Node runs no TypeScript under node_modules. */
import { chmod, rm } from 'node:fs/promises'
import { execa } from 'execa'

await rm('dist', { recursive: true, force: true })
await execa('tsc', ['-p', 'tsconfig.build.json'], { preferLocal: true, stdio: 'inherit' })
// npm sets this at an install only, and a checkout runs its own program without one.
await chmod('dist/cli.js', 0o755)
