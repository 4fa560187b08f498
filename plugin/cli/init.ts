import { planInit } from '../actions/init.ts'
import type { FileChange } from '../core/file-change.ts'
import { formatChange } from '../core/setup/changed-lines.ts'
import { readInitRequest } from '../core/setup/init-request.ts'
import { deployHooks, isOwn } from '../effects/architect/own-hooks.ts'
import { createInitPorts } from '../effects/init-ports.ts'
import type { InitPorts } from '../ports/init.ts'
import { ask } from './ask.ts'
import { planCi } from './init-ci.ts'
import { type OpenApp, openApp } from './open/open-app.ts'
import { createPaint } from './print/paint.ts'
import { commandInvalid, parseCommand } from './parse-command.ts'
import { usages } from './usages.ts'

/**
 * `arc-images init FUNCTION [IMAGE] [PACKAGE...]`: shows what puts a function into an image, and
 * writes it when it is told to. `init --ci` does the same for the workflows.
 * @throws ContainerImageError COMMAND_INVALID, and what asking a registry ends in
 */
export async function init(args: readonly string[]): Promise<0 | 1> {
  const { values, positionals } = parseCommand('init', usages.init, args)
  if (values.ci && positionals.length > 0)
    throw commandInvalid('init', 'takes a function or --ci, not both.')
  const opened = await openApp(process.cwd())
  const ports = createInitPorts(opened.app, process.env)
  const planned = values.ci
    ? await planCi(opened, ports)
    : await planFunction(opened, positionals, ports)
  const { changes, next } = planned
  if (changes.length > 0) print(changes.map(formatChange).join('\n\n'))
  if (changes.length === 0 || values['dry-run']) {
    print(next)
    return 0
  }
  const isAsked = process.stdin.isTTY && process.stderr.isTTY
  if (!values.yes && !isAsked) {
    process.stderr.write('Nothing was written. Run it again with --yes to write it.\n')
    return 1
  }
  if (!values.yes && !(await ask('Write this?'))) return 1
  await writeAll(changes, ports.write)
  print(`\nWritten. ${next}`)
  return 0
}

async function planFunction(
  { app, inventory }: OpenApp,
  operands: readonly string[],
  ports: InitPorts,
): Promise<{ readonly changes: readonly FileChange[]; readonly next: string }> {
  const request = readInitRequest(operands, [...(await ports.imageFolders()).keys()])
  if (typeof request === 'string') throw commandInvalid('init', request)
  const raw = (await ports.read(app.manifest)) ?? app.raw
  const listed = deployHooks(inventory, 'services').some(isOwn)
  const { changes, toWrite } = await planInit({ ...app, raw }, request, { listed, ports })
  const next =
    toWrite ??
    (changes.length === 0
      ? `Nothing to do: the function is in image ${request.image}.`
      : 'Next: npx --no -- arc deploy --dry-run')
  return { changes, next }
}

async function writeAll(
  changes: readonly FileChange[],
  write: (change: FileChange) => Promise<void>,
): Promise<void> {
  for (const change of changes) await write(change)
}

function print(text: string): void {
  const paint = createPaint(process.stdout, process.env)
  const coloured = text
    .replaceAll(/^ {2}\+.*$/gm, (line) => paint('green', line))
    .replaceAll(/^ {2}-.*$/gm, (line) => paint('red', line))
  process.stdout.write(`${coloured}\n`)
}
