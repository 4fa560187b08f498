import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { unpackDeployed } from '../stand-in/assertions/unpack-deployed.ts'
import type { DeployedFunction } from '../stand-in/aws/cloudformation/stack.ts'
import type { InvokeAnswer } from '../stand-in/aws/context.ts'
import { type AwsStandIn, startAws } from '../stand-in/aws/index.ts'
import { pushBaseImage } from '../stand-in/inputs/base-image.ts'
import { invokeFunction } from '../stand-in/lambda/start-function.ts'
import { startRegistry } from '../stand-in/registry/index.ts'

export interface StandInWorld {
  readonly aws: AwsStandIn
  readonly environment: Readonly<Record<string, string>>
  close(): Promise<void>
}

/** The stand-in of AWS, with functions of images that answer when they are invoked. */
export async function openStandIn(): Promise<StandInWorld> {
  const work = await mkdtemp(join(tmpdir(), 'live-check-'))
  const bases = await startRegistry({ directory: join(work, 'bases') })
  await pushBaseImage({ registry: bases })
  const aws: AwsStandIn = await startAws({
    directory: join(work, 'aws'),
    baseRegistry: bases,
    invoke: (invoked) => invokeImage(invoked, aws, work),
  })
  return {
    aws,
    environment: { ...aws.environment, ARC_CONTAINER_IMAGES_CACHE: join(work, 'cache') },
    async close() {
      await aws.close()
      await bases.close()
      await rm(work, { recursive: true, force: true })
    },
  }
}

async function invokeImage(
  { properties, resolvedImageUri = '' }: DeployedFunction,
  aws: AwsStandIn,
  work: string,
): Promise<InvokeAnswer> {
  const directory = await mkdtemp(join(work, 'root-'))
  await unpackDeployed(aws, resolvedImageUri, directory)
  const { EntryPoint, Command, WorkingDirectory }: Record<string, unknown> = Object(
    properties['ImageConfig'],
  )
  const { payload, error } = await invokeFunction({
    root: directory,
    entryPoint: texts(EntryPoint),
    command: texts(Command),
    workingDirectory: String(WorkingDirectory),
    event: { version: '2.0', requestContext: { http: { method: 'GET' } } },
  })
  if (error === undefined) return { payload }
  return { payload: Buffer.from(JSON.stringify(error)), functionError: 'Unhandled' }
}

function texts(value: unknown): string[] {
  return Array.isArray(value) ? value.map(String) : []
}
