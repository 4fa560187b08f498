import { join } from 'node:path'

import type { OpenPeer, Peer, Place } from './peer.ts'
import { ecrHost } from './peer.ts'

/** The tools that push and deploy nothing, each by a script of its name beside this file. */
export const buildx: Peer = {
  name: 'buildx',
  needsDocker: true,
  open: async (place) =>
    openScript('buildx', place, { REPOSITORY: `${ecrHost}/${place.repository}` }),
}

export const buildxWithRegistryCache: Peer = {
  name: 'buildx, registry cache',
  needsDocker: true,
  open: async (place) => {
    const REPOSITORY = `${ecrHost}/${place.repository}`
    return openScript('buildx', place, { REPOSITORY, CACHE: `${REPOSITORY}-cache:build` })
  },
}

export const crane: Peer = {
  name: 'crane',
  tool: 'crane',
  needsDocker: false,
  open: async (place) => {
    const [registry, bases] = [place.registries.aws.registry, place.registries.aws.baseRegistry]
    return openScript('crane', place, {
      REPOSITORY: `${new URL(registry.url).host}/${place.repository}`,
      BASE: `${new URL(bases.url).host}/lambda/nodejs:24`,
    })
  },
}

export const scriptFolder = import.meta.dirname

function openScript(
  script: string,
  { repository }: Place,
  environment: Readonly<Record<string, string>>,
): OpenPeer {
  return {
    command: ['bash', join(scriptFolder, `${script}.sh`)],
    environment: () => environment,
    image: async () => ({ repository, reference: 'latest' }),
    forget: async () => undefined,
    close: async () => undefined,
  }
}
