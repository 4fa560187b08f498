import { knownVariables, type KnownHere } from '../../core/invoke/known-variables.ts'
import { type ImageFunction } from '../../core/model.ts'
import { functionVariables } from '../../core/start/function-variables.ts'
import { ContainerImageError } from '../../errors.ts'
import type { VerifiedImage } from '../../ports/image-stages.ts'
import type { ReadyFunction } from '../../ports/invoke.ts'
import type { Repository } from '../../ports/repository.ts'
import type { FindRunner } from '../runners/find-runner.ts'
import { readImageToStart } from '../start/image-to-start.ts'
import type { Supervised } from '../runtime/supervision.ts'
import { followInvocation } from './follow-invocation.ts'

/** What the user gives a function beside its template's variables. */
export interface InvokeSettings extends KnownHere {
  /** Over the template's. */
  readonly variables: Readonly<Record<string, string>>
  /** Port of Node's inspector, which the function then waits for. */
  readonly inspect?: number
}

/** An emulated processor takes about ten times as long. */
const emulatedSlowness = 10
/** Lambda's own where the template says nothing. */
const defaultTimeout = 3

/** A function of an image that this machine runs. */
export async function prepareImage(
  { image, pushed, entryPoint }: VerifiedImage,
  lambda: ImageFunction,
  options: {
    readonly repository: Repository
    readonly findRunner: FindRunner
    readonly cacheDirectory: string
    readonly settings: InvokeSettings
  },
): Promise<ReadyFunction> {
  const { settings, findRunner } = options
  if (pushed === undefined) throw new TypeError('Only what was made can be run')
  const found = await findRunner(image.architecture)
  if ('unable' in found) throw impossible(found.unable)
  if (settings.inspect !== undefined && found.runner.name === 'docker')
    throw impossible('its inspector cannot be reached in Docker')
  const subject = await readImageToStart(pushed.served, image.architecture, options)
  const { environment, unknown } = environmentOf(lambda, subject.config.config?.Env ?? [], settings)
  const prepared = await found.runner.prepare(subject)
  const emulated = found.how === 'emulated'
  return {
    place: { by: found.runner.name, emulated },
    unknown,
    invoke: (order, listener) =>
      invokeOnce(
        prepared.start({
          argv: [...entryPoint, lambda.command],
          workingDirectory: '/var/task',
          environment,
          openNetwork: true,
        }),
        { ...order, lambda, settings, slowness: emulated ? emulatedSlowness : 1 },
        listener,
      ),
    close: () => prepared.close(),
  }
}

/** One event for a function that is being started. */
export async function invokeOnce(
  supervised: Supervised,
  order: {
    readonly requestId: string
    readonly event: string
    readonly lambda: ImageFunction
    readonly settings: InvokeSettings
    readonly slowness: number
  },
  listener: Parameters<ReadyFunction['invoke']>[1],
): ReturnType<ReadyFunction['invoke']> {
  const { lambda, settings, requestId, event, slowness } = order
  const timeout = settings.inspect === undefined ? (lambda.timeout ?? defaultTimeout) : Infinity
  const arn = `arn:aws:lambda:${settings.region}:123456789012:function:${lambda.logicalId}`
  const followed = { requestId, event, arn, timeout, slowness }
  const outcome = await followInvocation(supervised, followed, listener)
  if ('kind' in outcome) throw impossible(outcome.reason)
  return outcome
}

/** @param imageVariables `Env` of the image's config */
export function environmentOf(
  lambda: ImageFunction,
  imageVariables: readonly string[],
  settings: InvokeSettings,
): { readonly environment: Readonly<Record<string, string>>; readonly unknown: readonly string[] } {
  const { variables, region, inspect } = settings
  const known = knownVariables(lambda.environment, settings)
  const own = { ...known.environment, ...variables }
  const { environment } = functionVariables({ ...lambda, environment: own }, imageVariables)
  const inspector = inspect === undefined ? [] : [`--inspect-wait=127.0.0.1:${inspect}`]
  const nodeOptions = [own['NODE_OPTIONS'] ?? environment['NODE_OPTIONS'] ?? [], inspector].flat()
  return {
    environment: {
      ...environment,
      AWS_REGION: region,
      AWS_DEFAULT_REGION: region,
      ...credentialsIn(variables),
      ...(nodeOptions.length > 0 && { NODE_OPTIONS: nodeOptions.join(' ') }),
    },
    unknown: known.unknown.filter((name) => !Object.hasOwn(variables, name)),
  }
}

const accountVariables = new Set([
  'AWS_ACCESS_KEY_ID',
  'AWS_SECRET_ACCESS_KEY',
  'AWS_REGION',
  'AWS_DEFAULT_REGION',
])

/** Lambda's own variables are Lambda's, but for whose account it is and where. */
function credentialsIn(given: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const own = Object.entries(given).filter(([name]) => accountVariables.has(name))
  // A key of one's own may have no token, and never has that of the example.
  const token =
    'AWS_ACCESS_KEY_ID' in given ? { AWS_SESSION_TOKEN: given['AWS_SESSION_TOKEN'] ?? '' } : {}
  return { ...Object.fromEntries(own), ...token }
}

export function impossible(reason: string): ContainerImageError {
  return new ContainerImageError(
    'INVOKE_IMPOSSIBLE',
    `The function could not be run here: ${reason}.`,
  )
}
