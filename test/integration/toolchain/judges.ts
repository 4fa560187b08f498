import { execa } from 'execa'
import { access, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { stripVTControlCharacters } from 'node:util'

import { startServer } from './start-server.ts'

const region = 'us-west-2'

/** The folder of the judges, installed at the first call; rejects where they cannot be had. */
async function judgesFolder(): Promise<string> {
  const { stdout } = await execa('bash', [join(import.meta.dirname, 'judges.sh')])
  return stdout.trim()
}

/** Why the judges cannot be asked here, for a test's `skip`; installs them where they can. */
export async function skipWithoutJudges(tool?: 'actionlint'): Promise<string | false> {
  try {
    const folder = await judgesFolder()
    if (tool !== undefined) await access(join(folder, 'bin', tool))
    return false
  } catch (error) {
    const reason = error instanceof Error ? error.message.split('\n').at(-1) : String(error)
    return `${tool ?? 'the judges'} cannot be had here: ${reason}`
  }
}

/** What CloudFormation's Serverless transform makes of a template; rejects with its complaints. */
export async function translateSam(template: unknown): Promise<unknown> {
  const program = join(await judgesFolder(), 'bin/python')
  const { stdout } = await execa(program, [join(import.meta.dirname, 'judges/translate.py')], {
    input: JSON.stringify(template),
    env: { AWS_DEFAULT_REGION: region },
  })
  return JSON.parse(stdout)
}

/** What parliament (with its severity) and cloudsplaining have to say about a policy. */
export async function lintPolicy(document: unknown): Promise<readonly string[]> {
  const bin = join(await judgesFolder(), 'bin')
  const input = JSON.stringify(document, null, 1)
  const folder = await mkdtemp(join(tmpdir(), 'policy-'))
  await using cleanUp = new AsyncDisposableStack()
  cleanUp.defer(() => rm(folder, { recursive: true }))
  const file = join(folder, 'policy.json')
  await writeFile(file, input)
  const [parliament, cloudsplaining] = await Promise.all([
    execa(join(bin, 'parliament'), { input, reject: false }),
    execa(join(bin, 'cloudsplaining'), ['scan-policy-file', '--input-file', file]),
  ])
  // Colours are written whatever is asked for.
  const told = stripVTControlCharacters(`${parliament.stdout}\n${cloudsplaining.stdout}`)
  return told.split('\n').filter((line) => /^(?:[A-Z]+ - |Potential Issue|Actions:)/.test(line))
}

export interface BotocoreAnswer {
  readonly version: string
  readonly enums: Readonly<Record<string, readonly string[]>>
  /** Parsed by AWS's own model, one a call. */
  readonly answers: readonly Readonly<Record<string, unknown>>[]
  /** As it would send them, one a request; a member that the model does not have is refused. */
  readonly requests: readonly {
    readonly method: string
    readonly path: string
    readonly headers: Readonly<Record<string, string>>
    readonly body: string
  }[]
}

/**
 * What AWS's own client for Python makes of a service: values of its enumerations, and answers, which
 * it refuses to ask for by members that its model does not have.
 */
export async function askBotocore(
  service: string,
  asked: {
    readonly enums?: readonly string[]
    readonly calls?: readonly (readonly [action: string, input: object])[]
    /** Not sent, only written. */
    readonly requests?: readonly (readonly [action: string, input: object])[]
  },
  environment: Readonly<Record<string, string>> = {},
): Promise<BotocoreAnswer> {
  const program = join(await judgesFolder(), 'bin/python')
  const { stdout } = await execa(program, [join(import.meta.dirname, 'judges/ask-botocore.py')], {
    input: JSON.stringify([service, asked.enums ?? [], asked.calls ?? [], asked.requests ?? []]),
    env: { AWS_DEFAULT_REGION: region, ...environment },
  })
  return JSON.parse(stdout)
}

/** What SPDX's own tools find wrong in a document; nothing when it is valid. */
export async function validateSpdx(document: string): Promise<string> {
  const program = join(await judgesFolder(), 'bin/pyspdxtools')
  const folder = await mkdtemp(join(tmpdir(), 'spdx-'))
  await using cleanUp = new AsyncDisposableStack()
  cleanUp.defer(() => rm(folder, { recursive: true }))
  const file = join(folder, 'document.spdx.json')
  await writeFile(file, document)
  const { exitCode, all } = await execa(program, ['--infile', file], { all: true, reject: false })
  return exitCode === 0 ? '' : all || `exit code ${exitCode}`
}

/** One complaint of cfn-lint. */
export interface Finding {
  /** `E3002` */
  readonly rule: string
  readonly level: string
  readonly message: string
  /** `Resources.Index.Properties.Timeout` */
  readonly path: string
}

/** Everything that cfn-lint has to say about a template. */
export async function lint(template: unknown): Promise<Finding[]> {
  const folder = await mkdtemp(join(tmpdir(), 'cfn-lint-'))
  try {
    const file = join(folder, 'template.json')
    await writeFile(file, JSON.stringify(template))
    const { stdout, stderr } = await execa(
      join(await judgesFolder(), 'bin/cfn-lint'),
      ['--format', 'json', '--regions', region, '--template', file],
      { reject: false },
    )
    const told: unknown = JSON.parse(stdout || '[]')
    if (!Array.isArray(told) || stderr !== '') throw new Error(`cfn-lint: ${stderr || stdout}`)
    return told.map((finding) => ({
      rule: String(finding.Rule?.Id),
      level: String(finding.Level),
      message: String(finding.Message),
      path: (finding.Location?.Path ?? []).join('.'),
    }))
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** What actionlint says about workflow files; empty when it has no complaint. */
export async function lintWorkflows(files: readonly string[]): Promise<string> {
  const program = join(await judgesFolder(), 'bin/actionlint')
  const { exitCode, all } = await execa(program, ['-no-color', ...files], {
    all: true,
    reject: false,
  })
  if (exitCode !== 0 && exitCode !== 1) throw new Error(`actionlint: ${all}`)
  return all
}

/** What zizmor at its strictest, without asking GitHub, says about a folder; empty for nothing. */
export async function auditWorkflows(folder: string): Promise<string> {
  const program = join(await judgesFolder(), 'bin/zizmor')
  const strictest = ['--offline', '--persona=auditor', '--strict-collection', '--no-progress']
  const { exitCode, stdout, stderr } = await execa(program, [...strictest, folder], {
    reject: false,
    env: { NO_COLOR: '1' },
  })
  if (exitCode === 0) return ''
  return stdout === '' ? `zizmor: ${stderr}` : stdout
}

interface MotoRequest {
  /** Default: `/` */
  readonly path?: string
  readonly headers?: Readonly<Record<string, string>>
  /** A form for the older APIs, JSON text for others; without it the request is a GET. */
  readonly body?: URLSearchParams | string
}

export interface Moto {
  /** `http://127.0.0.1:PORT`, the value of AWS_ENDPOINT_URL. */
  readonly url: string
  /** Variables for a program that is to talk to it. */
  readonly environment: Readonly<Record<string, string>>
  /** One request to a service; rejects with what it is refused with. */
  ask(service: string, request: MotoRequest): Promise<string>
  close(): Promise<void>
}

/** moto's server, other people's stand-in of the AWS APIs, empty, on a free port. */
export async function startMoto(
  options: { readonly environment?: Readonly<Record<string, string>> } = {},
): Promise<Moto> {
  const program = join(await judgesFolder(), 'bin/moto_server')
  const server = await startServer([program, '-H', '127.0.0.1', '-p', '0'], {
    ready: /Running on (http:\/\/127\.0\.0\.1:\d+)/,
    environment: { PYTHONUNBUFFERED: '1', ...options.environment },
  })
  const url = server.ready[1] ?? ''
  return {
    url,
    environment: {
      AWS_ENDPOINT_URL: url,
      AWS_ACCESS_KEY_ID: 'testing',
      AWS_SECRET_ACCESS_KEY: 'testing',
      AWS_REGION: region,
      AWS_DEFAULT_REGION: region,
    },
    async ask(service, { path = '/', headers = {}, body }) {
      const scope = `testing/20260101/${region}/${service}/aws4_request`
      const response = await fetch(new URL(path, url), {
        method: body === undefined ? 'GET' : 'POST',
        headers: {
          authorization: `AWS4-HMAC-SHA256 Credential=${scope}, SignedHeaders=host, Signature=0`,
          ...headers,
        },
        ...(body === undefined ? {} : { body }),
      })
      const answer = await response.text()
      if (!response.ok) throw new Error(`moto: ${service} ${path}: ${response.status} ${answer}`)
      return answer
    },
    close: () => server.stop(),
  }
}
