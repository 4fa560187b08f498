import { mkdtemp } from 'node:fs/promises'
import { join } from 'node:path'

import { startAws } from '../../test/stand-in/aws/index.ts'
import type { PeerName } from './columns.ts'
import type { OpenPeer, Peer, Place } from './peer.ts'

/** `arc deploy` with the plugin; CloudFormation is a stand-in that settles at once. */
export function arcDeploy(name: PeerName, more: Pick<Peer, 'settings' | 'ofMachine'>): Peer {
  return { name, ...more, needsDocker: false, open: openAccount }
}

async function openAccount({ registries, scratch }: Place): Promise<OpenPeer> {
  const start = async () => {
    const directory = await mkdtemp(join(scratch, 'account-'))
    return startAws({ ...registries.aws, directory, pollsUntilSettled: 0 })
  }
  let aws = await start()
  return {
    command: ['node_modules/.bin/arc', 'deploy'],
    environment: () => ({
      ...aws.environment,
      AWS_EC2_METADATA_DISABLED: 'true',
      NO_UPDATE_NOTIFIER: '1',
    }),
    async image() {
      const [stack] = aws.state.stacks
      const images = Object.values(stack?.deployment.functions ?? {}).flatMap(
        ({ resolvedImageUri }) => resolvedImageUri ?? [],
      )
      const [, repository, reference] = /^[^/]+\/(.+)@(.+)$/.exec(images[0] ?? '') ?? []
      if (repository === undefined || reference === undefined) throw new Error('No image is live')
      return { repository, reference }
    },
    async forget() {
      await aws.close()
      aws = await start()
    },
    close: () => aws.close(),
  }
}
