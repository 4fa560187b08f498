import { randomUUID } from 'node:crypto'

import { prepareInvocation, type PreparedInvocation } from '../actions/invoke.ts'
import type { AppFunction } from '../core/arc/architect-app.ts'
import { formatFunction } from '../core/arc/function-kinds.ts'
import { readFunctionName } from '../core/arc/function-name.ts'
import { formatReport } from '../core/invoke/format-report.ts'
import type { AnswerHead, FunctionError, Invocation } from '../core/invoke/invocation.ts'
import { sampleEvent } from '../core/invoke/sample-event.ts'
import { physicalNames } from '../effects/stacks/physical-names.ts'
import { invokeRemote } from '../effects/invoke/invoke-remote.ts'
import { createInvokePorts } from '../effects/invoke-ports.ts'
import { type AnswerPrinter, httpPrinter, plainPrinter } from './print/answer-printer.ts'
import {
  readEvent,
  readPort,
  readRequest,
  readVariables,
  type RequestFlags,
} from './invoke-request.ts'
import { openApp, type StackFlags } from './open/open-app.ts'
import { openDeploy } from './open/open-deploy.ts'
import { commandInvalid, parseCommand } from './parse-command.ts'
import { printJson } from './print/print-json.ts'
import { createStderrConsole } from './print/stderr-console.ts'
import { usages } from './usages.ts'

/**
 * `arc-images invoke "get /" [--event FILE] [--json]`: builds what a deploy would build and runs the
 * function here with one event. The answer goes to stdout, all else to stderr; the exit code is 1
 * when the function failed. With `--remote` the deployed function gets it.
 * @throws ContainerImageError COMMAND_INVALID, INVOKE_IMPOSSIBLE, and what a deploy throws
 */
export async function invoke(args: readonly string[]): Promise<0 | 1> {
  const { values, positionals } = parseCommand('invoke', usages.invoke, args)
  if (values.remote) return await invokeDeployed(values, positionals)
  const how = { askAws: false, console: createStderrConsole() }
  const { app, inventory, stackName, withTemplate } = await openDeploy(process.cwd(), values, how)
  const wanted = readFunctionName(positionals, app.functions)
  const requestId = randomUUID()
  const event = await eventOf(values, wanted, requestId)
  const settings = {
    stackName,
    region: inventory.inv.aws.region ?? 'us-east-1',
    variables: await readVariables(values.env),
    ...(values.inspect !== undefined && { inspect: readPort(values.inspect) }),
  }
  const ready = await withTemplate(async ({ template, origins, context }) => {
    const ports = createInvokePorts({ ...context, settings })
    return await prepareInvocation(app, template, wanted, ports, origins)
  })
  try {
    const run = values.json ? runToJson : runToText
    const { error } = await run(ready, { requestId, event })
    return error === undefined ? 0 : 1
  } finally {
    await ready.close()
  }
}

/** The deployed function, by a stack's own names; nothing is built. */
async function invokeDeployed(
  values: Parameters<typeof eventOf>[0] &
    StackFlags &
    LocalFlags & { readonly json?: boolean | undefined },
  positionals: readonly string[],
): Promise<0 | 1> {
  const local = (['env', 'inspect'] as const).find((name) => values[name] !== undefined)
  if (local !== undefined)
    throw commandInvalid(
      'invoke',
      `takes --${local} for a function that runs here, not with --remote.`,
    )
  const { app, aws: open, stackOf } = await openApp(process.cwd())
  const wanted = readFunctionName(positionals, app.functions)
  const event = await eventOf(values, wanted, randomUUID())
  const stack = stackOf(values)
  const aws = await open()
  const [name = ''] = await physicalNames(aws, stack, [wanted])
  const { payload, logs, error } = await invokeRemote(aws, name, event)
  if (values.json) {
    const what = { function: formatFunction(wanted.pragma, wanted.name), stack, name }
    printJson('invoke', {
      ...what,
      ...payloadOf(Buffer.from(payload)),
      ...(error && { error }),
      logs,
    })
  } else {
    process.stderr.write(logs)
    if (error === undefined) printAnswer(wanted, payload)
    else tellError(error)
  }
  return error === undefined ? 0 : 1
}

interface LocalFlags {
  readonly env?: string | undefined
  readonly inspect?: string | undefined
}

function printAnswer({ pragma }: { readonly pragma: string }, payload: Uint8Array): void {
  const printer = printerFor(pragma)
  printer.onChunk(payload)
  printer.end()
}

/** Of a request API Gateway's answer, else what the function returned. */
function printerFor(pragma: string): AnswerPrinter {
  const write = (bytes: Uint8Array | string): void => void process.stdout.write(bytes)
  return pragma === 'http' ? httpPrinter(write) : plainPrinter(write)
}

function tellError({ type, message, trace }: FunctionError): void {
  process.stderr.write(`${[`${type}: ${message}`, ...trace.slice(1)].join('\n')}\n`)
}

async function eventOf(
  flags: RequestFlags & { readonly event?: string | undefined },
  wanted: Pick<AppFunction, 'pragma' | 'name'>,
  requestId: string,
): Promise<string> {
  const { path, method, header, data, event } = flags
  const given = Object.entries({ path, method, header, data }).find(
    ([, value]) => value !== undefined,
  )
  if (given !== undefined && (event !== undefined || wanted.pragma !== 'http'))
    throw commandInvalid(
      'invoke',
      event === undefined
        ? `takes --${given[0]} for a request, and '${formatFunction(wanted.pragma, wanted.name)}' gets none; give it an event with --event.`
        : `takes --${given[0]} for a sample, and --event is the whole event; give one of the two.`,
    )
  if (event !== undefined) return await readEvent(event)
  const request = await readRequest(flags)
  return JSON.stringify(sampleEvent(wanted, request, { requestId, now: Date.now() }))
}

type Order = Parameters<PreparedInvocation['invoke']>[0]

async function runToText(ready: PreparedInvocation, order: Order): Promise<Invocation> {
  const { lambda, unknown } = ready
  const tell = (text: string): void => void process.stderr.write(text)
  tell(`${introduction(ready)}\n`)
  if (unknown.length > 0)
    tell(
      `Not set, since only CloudFormation knows them: ${unknown.join(', ')}. Give them with --env.\n`,
    )
  const printer = printerFor(lambda.pragma)
  const invocation = await ready.invoke(order, { ...printer, onOutput: tell })
  const { error } = invocation
  if (error === undefined) printer.end()
  else tellError(error)
  tell(`${formatReport(invocation, lambda)}\n`)
  return invocation
}

/** The first line says what it is that runs. */
function introduction({ image: { image, tag }, lambda, place }: PreparedInvocation): string {
  const name = formatFunction(lambda.pragma, lambda.name)
  if (place.instead !== undefined)
    return `Not the image: ${place.instead}. '${name}' runs on this machine's Node ${process.version}, with the packages of '${image.name}' for this platform.`
  const emulated = place.emulated ? ', emulated: slower than Lambda' : ''
  const docker = place.by === 'docker' ? ' in Docker' : ''
  return `'${name}' of image ${tag}${docker} (${image.architecture}${emulated})`
}

async function runToJson(ready: PreparedInvocation, order: Order): Promise<Invocation> {
  const { image, lambda, place, unknown } = ready
  const chunks: Uint8Array[] = []
  let logs = ''
  let head: AnswerHead | undefined
  const invocation = await ready.invoke(order, {
    onOutput: (text) => (logs += text),
    onAnswer: (given) => (head = given),
    onChunk: (bytes) => chunks.push(bytes),
  })
  const report = {
    function: formatFunction(lambda.pragma, lambda.name),
    image: image.tag,
    isImage: place.instead === undefined,
    ...place,
    ...invocation,
    ...(head !== undefined && { streamed: head.streamed, ...payloadOf(Buffer.concat(chunks)) }),
    logs,
    unknown,
  }
  printJson('invoke', report)
  return invocation
}

/** As JSON where it is JSON, else as text, else in base64. */
function payloadOf(bytes: Buffer): Readonly<Record<string, unknown>> {
  const text = bytes.toString()
  if (!Buffer.from(text).equals(bytes)) return { payloadBase64: bytes.toString('base64') }
  try {
    return { payload: JSON.parse(text) }
  } catch {
    return { payload: text }
  }
}
