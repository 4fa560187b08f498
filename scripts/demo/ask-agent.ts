import { join } from 'node:path'

import type { AwsStandIn } from '../../test/stand-in/aws/index.ts'
import { startFunction } from '../../test/stand-in/lambda/start-function.ts'
import { unpackDeployed } from '../../test/stand-in/assertions/unpack-deployed.ts'
import { startAgentServices } from './agent-services.ts'
import type { ImageFunction } from './deployed-function.ts'

/** Status and body of each request. */
export interface Answer {
  readonly remembered: string
  readonly found: string
  readonly refused: string
  readonly milliseconds: number
}

/** Takes the function's image out of the registry, starts it by its ImageConfig and asks it. */
export async function askAgent(
  aws: Pick<AwsStandIn, 'registry' | 'registryHost' | 'state'>,
  memory: ImageFunction,
  work: string,
): Promise<Answer> {
  const root = join(work, 'root')
  await unpackDeployed(aws, memory.imageUri, root)

  const { services, secret } = await startAgentServices(memory)
  const startedAt = performance.now()
  const { EntryPoint: entryPoint, Command: command } = memory.imageConfig
  const running = await startFunction({
    root,
    entryPoint,
    command,
    workingDirectory: memory.imageConfig.WorkingDirectory,
    environment: {
      ...memory.environment,
      ...services.environment,
      MEMORY_URI: join(work, 'memories'),
    },
  })
  try {
    const ask = async (method: string, status: number, request: object): Promise<string> => {
      const { payload, error } = await running.invoke({
        version: '2.0',
        requestContext: { http: { method } },
        pathParameters: { workspaceId: 'demo', agentId: 'ada', secret },
        isBase64Encoded: false,
        ...request,
      })
      if (error !== undefined) throw new Error(`${error.errorType}: ${error.errorMessage}`)
      const { statusCode, body } = JSON.parse(payload.toString())
      if (statusCode !== status) throw new Error(`${method}: ${statusCode} ${body}`)
      return body
    }
    const documents = [
      { id: 'drink', text: 'What Ada likes to drink is green tea' },
      { id: 'work', text: 'Her compiler speaks in riddles' },
    ]
    const remembered = await ask('POST', 200, { body: JSON.stringify({ documents }) })
    const found = await ask('GET', 200, { queryStringParameters: { q: 'what does Ada drink' } })
    const wrong = { workspaceId: 'demo', agentId: 'ada', secret: 'guessed' }
    const refused = await ask('GET', 403, { pathParameters: wrong })
    const [first = ''] = found.split('\n')
    if (JSON.parse(first).id !== 'drink') throw new Error(`The nearest should be 'drink': ${found}`)
    return { remembered, found, refused, milliseconds: performance.now() - startedAt }
  } finally {
    await running.stop()
    await services.close()
  }
}
