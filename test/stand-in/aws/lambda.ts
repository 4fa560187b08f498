import { type Answer, restJsonAnswer } from './answer.ts'
import { type Call, header } from './call.ts'
import type { DeployedFunction } from './cloudformation/stack.ts'
import type { Context } from './context.ts'
import { AwsFault } from './fault.ts'
import { configuration, functionArn } from './lambda-functions/configuration.ts'
import { lookAt, revisionOf, runningFunction } from './lambda-functions/function-update.ts'
import { updateFunctionCode } from './lambda-functions/update-function-code.ts'
import { answerLayerVersion } from './layers.ts'

function deployedFunctions({ state }: Context): DeployedFunction[] {
  const inStacks = state.stacks
    .filter(({ status }) => status !== 'DELETE_COMPLETE')
    .flatMap(({ deployment }) => Object.values(deployment.functions))
  return [...inStacks, ...state.functions].map((found) => runningFunction(found, state))
}

/** The action of a Lambda call, for the journal. */
export function lambdaAction(call: Call): string {
  if (call.method === 'GET' && /^\/2015-03-31\/functions\/?$/.test(call.path))
    return 'ListFunctions'
  if (call.method === 'GET' && /^\/2015-03-31\/functions\/[^/]+$/.test(call.path))
    return 'GetFunction'
  if (call.method === 'GET' && /^\/2015-03-31\/functions\/[^/]+\/versions$/.test(call.path))
    return 'ListVersionsByFunction'
  if (call.method === 'GET' && /^\/2015-03-31\/functions\/[^/]+\/configuration$/.test(call.path))
    return 'GetFunctionConfiguration'
  if (call.method === 'POST' && /^\/2015-03-31\/functions\/[^/]+\/invocations$/.test(call.path))
    return 'Invoke'
  if (call.method === 'PUT' && /^\/2015-03-31\/functions\/[^/]+\/code$/.test(call.path))
    return 'UpdateFunctionCode'
  if (call.method === 'GET' && call.path === '/2018-10-31/layers') return 'GetLayerVersion'
  return `${call.method} ${call.path}`
}

const actions = new Set([
  'GetFunction',
  'GetFunctionConfiguration',
  'Invoke',
  'ListVersionsByFunction',
  'UpdateFunctionCode',
])

/** Lambda's REST API, as far as the plugin calls it; shapes from botocore's `lambda` model. */
export async function answerLambda(call: Call, context: Context): Promise<Answer> {
  const all = deployedFunctions(context)
  const action = lambdaAction(call)
  if (action === 'ListFunctions') {
    const start = Number(call.query.get('Marker') ?? 0)
    const size = Math.min(Number(call.query.get('MaxItems') ?? 50), context.behaviour.pageSize)
    const page = all.slice(start, start + size)
    const NextMarker = start + size < all.length ? String(start + size) : null
    return restJsonAnswer({
      Functions: page.map((found) =>
        configuration(found, revisionOf(found.functionName, context), context),
      ),
      NextMarker,
    })
  }
  if (action === 'GetLayerVersion') return answerLayerVersion(call, context)
  if (!actions.has(action))
    throw new AwsFault('NotImplemented', 'The stand-in of AWS does not know this Lambda call.', 501)
  const name = decodeURIComponent(call.path.split('/')[3] ?? '')
  const found = all.find(({ functionName }) => functionName === name)
  if (found === undefined)
    throw new AwsFault(
      'ResourceNotFoundException',
      `Function not found: ${functionArn(name, context)}`,
      404,
    )
  if (action === 'UpdateFunctionCode') return await updateFunctionCode(found, call, context)
  if (action === 'Invoke') return await invoke(found, call, context)
  if (action === 'ListVersionsByFunction') {
    const Versions = [configuration(found, revisionOf(name, context), context)]
    return restJsonAnswer({ Versions, NextMarker: null })
  }
  const Configuration = configuration(found, lookAt(name, context), context)
  if (action === 'GetFunctionConfiguration') return restJsonAnswer(Configuration)
  const Code =
    found.packageType === 'Image'
      ? {
          RepositoryType: 'ECR',
          ImageUri: found.properties['ImageUri'],
          ResolvedImageUri: found.resolvedImageUri,
        }
      : { RepositoryType: 'S3' }
  return restJsonAnswer({ Configuration, Code })
}

/** Synchronous only; the error's kind is a header, the status is 200 all the same. */
async function invoke(found: DeployedFunction, call: Call, context: Context): Promise<Answer> {
  const run = context.behaviour.invoke
  if (run === undefined)
    throw new AwsFault('NotImplemented', 'The stand-in of AWS runs no functions here.', 501)
  if (header(call, 'x-amz-invocation-type') === 'Event')
    throw new AwsFault('NotImplemented', 'The stand-in of AWS invokes synchronously only.', 501)
  const event: unknown = call.body.length === 0 ? {} : JSON.parse(call.body.toString())
  const logType = header(call, 'x-amz-log-type') || 'None'
  if (logType !== 'None' && logType !== 'Tail')
    throw new AwsFault(
      'ValidationException',
      `1 validation error detected: Value '${logType}' at 'logType' failed to satisfy constraint: Member must satisfy enum value set: [None, Tail]`,
      400,
    )
  if (call.body.length > 6 * 1024 * 1024)
    throw new AwsFault(
      'RequestEntityTooLargeException',
      `${call.body.length} byte payload is too large for the RequestResponse invocation type (limit 6291456 bytes)`,
      413,
    )
  const { payload, functionError, logs = '' } = await run(found, event, call)
  const tail = Buffer.from(Buffer.from(logs).subarray(-4096)).toString('base64')
  return {
    status: 200,
    headers: {
      'content-type': 'application/json',
      'x-amz-executed-version': '$LATEST',
      ...(logType === 'Tail' && { 'x-amz-log-result': tail }),
      ...(functionError !== undefined && { 'x-amz-function-error': functionError }),
    },
    body: payload,
  }
}
