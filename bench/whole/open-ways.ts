import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'

import { type AwsOptions, type AwsStandIn, startAws } from '../../test/stand-in/aws/index.ts'
import { checkOut } from './install-package.ts'
import { openWay, type Way } from './way.ts'

/** What is compared: the plugin here, the plugin of another commit, and the app without it. */
export type WayName = 'ours' | 'before' | 'no plugin'

/**
 * Each with a stand-in of AWS of its own.
 * @param root the checkout of `ours`
 * @param commit that of `before`
 * @param reached the stand-in as a way finds it; default: as it is
 */
export async function openWays(options: {
  readonly root: string
  readonly commit: string
  readonly work: string
  readonly resources: AsyncDisposableStack
  readonly aws: AwsOptions
  readonly reached?: (aws: AwsStandIn) => Promise<AwsStandIn>
}): Promise<Readonly<Record<WayName, Way>>> {
  const { root, commit, work, resources, reached = async (aws) => aws } = options
  const older = join(work, 'checkout')
  await checkOut(root, commit, older)

  async function open(name: string, way: { checkout: string; zips?: boolean; args?: string[] }) {
    const directory = join(work, name)
    await mkdir(directory)
    const aws = await startAws({
      ...options.aws,
      directory: join(directory, 'aws'),
      pollsUntilSettled: 0,
    })
    resources.defer(() => aws.close())
    return await openWay({ ...way, directory, aws: await reached(aws) })
  }

  return {
    ours: await open('ours', { checkout: root }),
    before: await open('before', { checkout: older }),
    'no plugin': await open('no-plugin', {
      checkout: root,
      zips: true,
      args: ['deploy', '--no-hydrate'],
    }),
  }
}
