import { join } from 'node:path'

import type { ImageApp } from '../inputs/image-app.ts'
import { startFunction } from '../lambda/start-function.ts'
import { unpackDeployed } from './unpack-deployed.ts'

/**
 * What `get /greet/ada` of the fixture `greeter` answers, run from the image that Lambda has for it in
 * a stack, without any variable set where it runs.
 * @param directory where the image is unpacked
 */
export async function deployedGreeting(
  app: ImageApp,
  stackName: string,
  directory: string,
): Promise<string> {
  const live = app.aws.stack(stackName)?.deployment.functions['GetGreetNameHTTPLambda']
  const digest = live?.resolvedImageUri?.split('@')[1] ?? ''
  const root = join(directory, stackName, digest.slice('sha256:'.length, 20))
  await unpackDeployed(app.aws, live?.resolvedImageUri ?? '', root)
  const running = await startFunction({
    root,
    entryPoint: ['/lambda-entrypoint.sh'],
    command: ['http/get-greet-000name/index.handler'],
    workingDirectory: '/var/task',
  })
  const { payload } = await running.invoke({ pathParameters: { name: 'ada' } })
  await running.stop()
  return JSON.parse(payload.toString()).body
}
