import { planInit } from '../actions/init.ts'
import type { FileChange } from '../core/file-change.ts'
import { formatChange } from '../core/setup/changed-lines.ts'
import { readInitRequest } from '../core/setup/init-request.ts'
import { deployHooks, isOwn } from '../effects/architect/own-hooks.ts'
import { createInitPorts } from '../effects/init-ports.ts'
import { ask } from './ask.ts'
import { openApp } from './open-app.ts'
import { createPaint } from './paint.ts'
import { commandInvalid, parseCommand } from './parse-command.ts'
import { usages } from './usages.ts'

/**
 * `arc-images init FUNCTION [IMAGE] [PACKAGE...]`: shows what puts a function into an image, and
 * writes it when it is told to.
 * @throws ContainerImageError COMMAND_INVALID, and what asking a registry ends in
 */
export async function init(args: readonly string[]): Promise<0 | 1> {
  const { values, positionals } = parseCommand('init', usages.init, args)
  const { app, inventory } = await openApp(process.cwd())
  const ports = createInitPorts(app, process.env)
  const request = readInitRequest(positionals, [...(await ports.imageFolders()).keys()])
  if (typeof request === 'string') throw commandInvalid('init', request)
  const raw = (await ports.read(app.manifest)) ?? app.raw
  const listed = deployHooks(inventory, 'services').some(isOwn)
  const { changes, toWrite } = await planInit({ ...app, raw }, request, { listed, ports })
  if (changes.length > 0) print(changes.map(formatChange).join('\n\n'))
  if (toWrite !== undefined) print(toWrite)
  if (changes.length === 0) {
    if (toWrite === undefined) print(`Nothing to do: the function is in image ${request.image}.`)
    return 0
  }
  if (values['dry-run']) return 0
  const isAsked = process.stdin.isTTY && process.stderr.isTTY
  if (!values.yes && !isAsked) {
    process.stderr.write('Nothing was written. Run it again with --yes to write it.\n')
    return 1
  }
  if (!values.yes && !(await ask('Write this?'))) return 1
  await writeAll(changes, ports.write)
  print(`Written. Next: npx --no -- arc deploy --dry-run`)
  return 0
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
