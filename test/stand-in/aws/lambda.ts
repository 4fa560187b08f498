import { type Answer, restJsonAnswer } from './answer.ts'
import type { Call } from './call.ts'
import type { DeployedFunction } from './cloudformation/stack.ts'
import type { Context } from './context.ts'
import { AwsFault } from './fault.ts'

function deployedFunctions({ state }: Context): DeployedFunction[] {
  const inStacks = state.stacks
    .filter(({ status }) => status !== 'DELETE_COMPLETE')
    .flatMap(({ deployment }) => Object.values(deployment.functions))
  return [...inStacks, ...state.functions]
}

function configuration(found: DeployedFunction, { account, region }: Context): object {
  const { properties, functionName, packageType } = found
  const arn = `arn:aws:lambda:${region}:${account}:function:${functionName}`
  return {
    FunctionName: functionName,
    FunctionArn: arn,
    Version: '$LATEST',
    PackageType: packageType,
    Architectures: properties['Architectures'] ?? ['x86_64'],
    Runtime: properties['Runtime'],
    Handler: properties['Handler'],
    MemorySize: properties['MemorySize'],
    Timeout: properties['Timeout'],
    State: 'Active',
    LastUpdateStatus: 'Successful',
    ...(properties['ImageConfig'] !== undefined && {
      ImageConfigResponse: { ImageConfig: properties['ImageConfig'] },
    }),
  }
}

/** The action of a Lambda call, for the journal. */
export function lambdaAction(call: Call): string {
  if (call.method === 'GET' && /^\/2015-03-31\/functions\/?$/.test(call.path))
    return 'ListFunctions'
  if (call.method === 'GET' && /^\/2015-03-31\/functions\/[^/]+$/.test(call.path))
    return 'GetFunction'
  if (call.method === 'GET' && /^\/2015-03-31\/functions\/[^/]+\/versions$/.test(call.path))
    return 'ListVersionsByFunction'
  return `${call.method} ${call.path}`
}

/** Lambda's REST API, as far as it only reads; shapes from botocore's `lambda` model. */
export function answerLambda(call: Call, context: Context): Answer {
  const all = deployedFunctions(context)
  const action = lambdaAction(call)
  if (action === 'ListFunctions') {
    const start = Number(call.query.get('Marker') ?? 0)
    const size = Math.min(Number(call.query.get('MaxItems') ?? 50), context.behaviour.pageSize)
    const page = all.slice(start, start + size)
    const NextMarker = start + size < all.length ? String(start + size) : null
    return restJsonAnswer({
      Functions: page.map((found) => configuration(found, context)),
      NextMarker,
    })
  }
  if (action !== 'GetFunction' && action !== 'ListVersionsByFunction')
    throw new AwsFault('NotImplemented', 'The stand-in of AWS does not know this Lambda call.', 501)
  const name = decodeURIComponent(call.path.split('/')[3] ?? '')
  const found = all.find(({ functionName }) => functionName === name)
  if (found === undefined)
    throw new AwsFault(
      'ResourceNotFoundException',
      `Function not found: arn:aws:lambda:${context.region}:${context.account}:function:${name}`,
      404,
    )
  if (action === 'ListVersionsByFunction')
    return restJsonAnswer({ Versions: [configuration(found, context)], NextMarker: null })
  const Code =
    found.packageType === 'Image'
      ? {
          RepositoryType: 'ECR',
          ImageUri: found.properties['ImageUri'],
          ResolvedImageUri: found.resolvedImageUri,
        }
      : { RepositoryType: 'S3' }
  return restJsonAnswer({ Configuration: configuration(found, context), Code })
}
