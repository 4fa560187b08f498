import { createHash } from 'node:crypto'

import type { DeployedFunction } from '../cloudformation/stack.ts'
import { isRecord } from '../cloudformation/template.ts'
import type { Context } from '../context.ts'
import type { FunctionUpdate } from './function-update.ts'

export function functionArn(functionName: string, { account, region }: Context): string {
  return `arn:aws:lambda:${region}:${account}:function:${functionName}`
}

/** `FunctionConfiguration` of botocore's `lambda` model. */
export function configuration(
  found: DeployedFunction,
  update: FunctionUpdate,
  context: Context,
): object {
  const { properties, functionName, packageType } = found
  const environment = properties['Environment']
  const logging = isRecord(properties['LoggingConfig']) ? properties['LoggingConfig'] : {}
  return {
    FunctionName: functionName,
    FunctionArn: functionArn(functionName, context),
    Version: '$LATEST',
    RevisionId: update.revision,
    LastModified: new Date(update.modified).toISOString().replace('Z', '+0000'),
    PackageType: packageType,
    CodeSha256: codeSha256(found),
    Architectures: properties['Architectures'] ?? ['x86_64'],
    Runtime: properties['Runtime'],
    Handler: properties['Handler'],
    MemorySize: properties['MemorySize'] ?? 128,
    Timeout: properties['Timeout'] ?? 3,
    ...(isRecord(environment) && { Environment: environment }),
    LoggingConfig: { LogFormat: 'Text', LogGroup: `/aws/lambda/${functionName}`, ...logging },
    ...stateOf(update),
    ...lastUpdate(update),
    ...(properties['ImageConfig'] !== undefined && {
      ImageConfigResponse: { ImageConfig: properties['ImageConfig'] },
    }),
  }
}

/** Of an image its digest in hex, of a zip base64; both as AWS's pages show them. */
function codeSha256({ resolvedImageUri, properties }: DeployedFunction): string {
  const [, digest] = resolvedImageUri?.split('@sha256:') ?? []
  if (digest !== undefined) return digest
  return createHash('sha256')
    .update(JSON.stringify(properties['CodeUri'] ?? ''))
    .digest('base64')
}

function stateOf({ state }: FunctionUpdate): object {
  if (state === undefined) return { State: 'Active' }
  return { State: state.state, StateReasonCode: state.code, StateReason: state.reason }
}

function lastUpdate({ looksLeft, failure }: FunctionUpdate): object {
  if (looksLeft > 0)
    return {
      LastUpdateStatus: 'InProgress',
      LastUpdateStatusReason: 'The function is being created.',
      LastUpdateStatusReasonCode: 'Creating',
    }
  if (failure === undefined) return { LastUpdateStatus: 'Successful' }
  return {
    LastUpdateStatus: 'Failed',
    LastUpdateStatusReason: failure.reason,
    LastUpdateStatusReasonCode: failure.code,
  }
}
