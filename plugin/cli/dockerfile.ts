import { printDockerfile } from '../actions/dockerfile.ts'
import { createDockerfilePorts } from '../effects/dockerfile-ports.ts'
import { openApp } from './open/open-app.ts'
import { commandInvalid, parseCommand } from './parse-command.ts'
import { usages } from './usages.ts'

/**
 * `arc-images dockerfile IMAGE`: a Dockerfile for what the embedded builder refuses, on stdout.
 * Asks nothing of AWS.
 */
export async function dockerfile(args: readonly string[]): Promise<void> {
  const { positionals } = parseCommand('dockerfile', usages.dockerfile, args)
  const [name, ...others] = positionals
  if (name === undefined || others.length > 0)
    throw commandInvalid('dockerfile', 'needs the name of one image.')
  const { app } = await openApp(process.cwd())
  const ports = createDockerfilePorts(app.directory, process.env)
  const { text, created } = await printDockerfile(app, name, ports)
  if (created !== undefined) process.stderr.write(`Made ${created}, which was missing.\n`)
  process.stdout.write(text)
  process.stderr.write(
    `Save it as docker/${name}/Dockerfile; settings of the embedded builder for '${name}' then go.\n`,
  )
}
