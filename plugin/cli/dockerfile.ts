import { parseArgs } from 'node:util'

import { printDockerfile } from '../actions/dockerfile.ts'
import { createDockerfilePorts } from '../effects/dockerfile-ports.ts'
import { ContainerImageError } from '../errors.ts'
import { openApp } from './open-app.ts'

/**
 * `arc-images dockerfile IMAGE`: a Dockerfile for what the embedded builder refuses, on stdout.
 * Asks nothing of AWS.
 */
export async function dockerfile(args: readonly string[]): Promise<void> {
  const { positionals } = parseArgs({ args: [...args], allowPositionals: true })
  const [name, ...others] = positionals
  if (name === undefined || others.length > 0)
    throw new ContainerImageError('COMMAND_INVALID', 'Name one image: arc-images dockerfile IMAGE.')
  const { app } = await openApp(process.cwd())
  const ports = createDockerfilePorts(app.directory, process.env)
  const { text, created } = await printDockerfile(app, name, ports)
  if (created !== undefined) process.stderr.write(`Made ${created}, which was missing.\n`)
  process.stdout.write(text)
  process.stderr.write(
    `Save it as docker/${name}/Dockerfile; settings of the embedded builder for '${name}' then go.\n`,
  )
}
