import type { AppFunction, ArchitectApp } from '../core/arc/architect-app.ts'
import { parsePragmas } from '../core/arc/pragma.ts'
import { describeError } from '../core/basics/describe-error.ts'
import { inParallel } from '../core/basics/in-parallel.ts'
import type { PlannedImage } from '../core/model.ts'
import { planSandbox } from '../core/plan/sandbox-images.ts'
import type { SandboxPorts, SandboxTable } from '../ports/sandbox.ts'

/**
 * Gives the flagged functions of an app the packages of their images. What cannot be given is said
 * and ends nothing: other functions work, and so does one that does not need it.
 */
export async function provideSandbox(
  app: ArchitectApp,
  here: Pick<PlannedImage, 'architecture' | 'nodeVersion'>,
  ports: SandboxPorts,
): Promise<SandboxTable> {
  const pragmas = parsePragmas(app)
  const planned = planSandbox(app, pragmas, await ports.readImageFolders(), here)
  for (const { code, message } of [...pragmas.problems, ...planned.problems])
    ports.warn(`${code}: ${message}`)
  const provided = await inParallel(planned.images, async ({ image, sources }) => {
    const packages = await ports.provide(image).catch((error: unknown) => {
      ports.warn(`Functions of '${image.name}' do not find its packages. ${describeError(error)}`)
      return undefined
    })
    return packages === undefined ? [] : sources.map((source) => ({ source, packages }))
  })
  const bySource = Map.groupBy(provided.flat(), ({ source }) => source)
  const table = Object.fromEntries(
    [...bySource].map(([source, rows]) => [source, rows.map(({ packages }) => packages)]),
  )
  await ports.writeTable(table)
  return table
}

/**
 * TypeScript functions were compiled with what the app has: those that take packages from an image
 * are compiled again.
 * @returns how many
 */
export async function compileSandbox(
  functions: readonly AppFunction[],
  table: SandboxTable,
  ports: Pick<SandboxPorts, 'compile' | 'warn'>,
): Promise<number> {
  const compiled = await inParallel(functions, async (one) => {
    const packages = table[one.source]?.flatMap(({ names }) => names)
    if (!one.transpiled || packages === undefined) return false
    return ports.compile(one, packages).catch((error: unknown) => {
      ports.warn(describeError(error))
      return false
    })
  })
  return compiled.filter(Boolean).length
}
