import { readFunctionName } from '../core/arc/function-name.ts'
import { parseSince } from '../core/logs/parse-since.ts'
import { findLogGroups } from '../effects/logs/find-log-groups.ts'
import { openApp } from './open/open-app.ts'
import { commandInvalid, parseCommand } from './parse-command.ts'
import { printLogs } from './print/print-logs.ts'
import { usages } from './usages.ts'

/** `arc-images logs FUNCTION [--tail] [--since 1h] [--json]`: what a deployed function has logged. */
export async function logs(args: readonly string[]): Promise<void> {
  const { values, positionals } = parseCommand('logs', usages.logs, args)
  const since = parseSince(values.since)
  if (since === undefined)
    throw commandInvalid(
      'logs',
      `does not know --since '${values.since}'. Write 90s, 15m, 1h or 2d.`,
    )
  const { app, aws, stackOf } = await openApp(process.cwd())
  const wanted = readFunctionName(positionals, app.functions)
  const opened = await aws()
  const functions = await findLogGroups(opened, stackOf(values), [wanted])
  await printLogs(opened, functions, {
    from: Date.now() - since,
    tail: values.tail === true,
    json: values.json === true,
    imageOf: (name) => functions.find((each) => each.name === name)?.image,
  })
}
