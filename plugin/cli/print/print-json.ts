import { redact } from '../../effects/secrets/known-secrets.ts'
import type { CommandName } from '../usages.ts'

/** Goes up when a field of any command's JSON is renamed, removed or changes its meaning. */
const schema = 1

/** What `--json` prints: `{ "schema": 1, "command": "plan", ... }`, documented in docs/commands.md. */
export function printJson(command: CommandName, facts: Readonly<Record<string, unknown>>): void {
  process.stdout.write(`${redact(JSON.stringify({ schema, command, ...facts }, null, 2))}\n`)
}

/** The same on one line, for commands that go on: an object for each event. */
export function printJsonLine(
  command: CommandName,
  facts: Readonly<Record<string, unknown>>,
): void {
  process.stdout.write(`${redact(JSON.stringify({ schema, command, ...facts }))}\n`)
}
