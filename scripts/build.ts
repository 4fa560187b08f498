/** Makes `dist/`: JavaScript and declarations, since Node runs no TypeScript under node_modules. */
import { rm } from 'node:fs/promises'
import { execa } from 'execa'

await rm('dist', { recursive: true, force: true })
await execa('tsc', ['-p', 'tsconfig.build.json'], { preferLocal: true, stdio: 'inherit' })
