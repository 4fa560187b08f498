// Writes down how it was called, prints what it is told to, and ends as it is told to.
import {
  appendFileSync,
  existsSync,
  readdirSync,
  readFileSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'

const { env, argv } = process
const options = argv.slice(2)
const valueOf = (option) =>
  options.find((each) => each.startsWith(`--${option}=`))?.slice(option.length + 3)

function treeOf(folder) {
  const names = readdirSync(folder, { recursive: true }).toSorted()
  return Object.fromEntries(
    names.map((name) => {
      const { mode, mtimeMs } = statSync(join(folder, name))
      return [name, [(mode & 0o777).toString(8), mtimeMs]]
    }),
  )
}

const config = env.DOCKER_CONFIG ?? ''
const dockerfile = valueOf('file')
const functions = options
  .find((each) => each.startsWith('--build-context=functions='))
  ?.slice('--build-context=functions='.length)
const record = {
  argv: options,
  cwd: process.cwd(),
  env: Object.fromEntries(
    Object.entries(env).filter(([name]) => !name.startsWith('DOCKER_STAND_IN')),
  ),
  config: existsSync(join(config, 'config.json'))
    ? JSON.parse(readFileSync(join(config, 'config.json'), 'utf8'))
    : null,
  configMode: existsSync(config)
    ? (statSync(join(config, 'config.json')).mode & 0o777).toString(8)
    : null,
  folderMode: existsSync(config) ? (statSync(join(config, '..')).mode & 0o777).toString(8) : null,
  configEntries: existsSync(config) ? readdirSync(config).toSorted() : [],
  dockerfile: dockerfile === undefined ? null : readFileSync(dockerfile, 'utf8'),
  ignore: dockerfile === undefined ? null : readFileSync(`${dockerfile}.dockerignore`, 'utf8'),
  functions: functions === undefined ? null : treeOf(functions),
}
if (env.DOCKER_STAND_IN_RECORD)
  appendFileSync(env.DOCKER_STAND_IN_RECORD, `${JSON.stringify(record)}\n`)
if (env.DOCKER_STAND_IN_OUTPUT) process.stderr.write(`${env.DOCKER_STAND_IN_OUTPUT}\n`)
if (env.DOCKER_STAND_IN_HANGS) setInterval(() => undefined, 1000)
const metadata = valueOf('metadata-file')
if (metadata !== undefined && env.DOCKER_STAND_IN_DIGEST)
  writeFileSync(metadata, JSON.stringify({ 'containerimage.digest': env.DOCKER_STAND_IN_DIGEST }))
process.exitCode = Number(env.DOCKER_STAND_IN_EXIT ?? 0)
