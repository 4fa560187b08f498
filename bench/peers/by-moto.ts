import { readFile } from 'node:fs/promises'
import { join } from 'node:path'

import { isRecord } from '../../plugin/core/basics/is-record.ts'
import { type Moto, startMoto } from '../../test/integration/toolchain/judges.ts'
import { scriptFolder } from './by-script.ts'
import { ecrHost, type OpenPeer, type Peer, type Place } from './peer.ts'

/** AWS's own tools, whose AWS is moto's server. */
export const cdkAssets: Peer = {
  name: 'cdk-assets',
  tool: 'cdk-assets',
  needsDocker: true,
  open: async (place) => {
    const image = async (moto: Moto, app: string) => {
      const manifest: unknown = JSON.parse(await readFile(join(app, 'cdk.out/assets.json'), 'utf8'))
      const assets = isRecord(manifest) ? Object.keys(Object(manifest['dockerImages'])) : []
      const [tag = ''] = assets
      // What ECR would know after the push: the tool asks for it before it builds.
      const served = await place.registries.aws.registry.manifest(place.repository, tag)
      if (served === undefined) throw new Error(`${place.repository}:${tag} was not pushed`)
      const put = {
        repositoryName: place.repository,
        imageManifest: served.bytes.toString(),
        imageManifestMediaType: served.mediaType,
        imageTag: tag,
      }
      await askEcr(moto, 'PutImage', put).catch((error: unknown) => {
        if (!String(error).includes('ImageAlreadyExistsException')) throw error
      })
      return tag
    }
    return openMoto('cdk-assets', place, image)
  },
}

export const sam: Peer = {
  name: 'sam',
  tool: 'sam',
  needsDocker: true,
  open: async (place) =>
    openMoto('sam', place, async (moto) => {
      const body = await moto.ask('lambda', { path: '/2015-03-31/functions/bench-search' })
      const [, tag] = /^[^:]+:(.+)$/.exec(JSON.parse(body).Code.ImageUri) ?? []
      return tag ?? ''
    }),
}

async function openMoto(
  script: string,
  place: Place,
  /** The tag of the image that the last command pushed. */
  tag: (moto: Moto, app: string) => Promise<string>,
): Promise<OpenPeer> {
  const moto = await startMoto()
  const makeRepository = () =>
    askEcr(moto, 'CreateRepository', { repositoryName: place.repository })
  await makeRepository()
  return {
    command: ['bash', join(scriptFolder, `${script}.sh`)],
    environment: () => ({
      ...moto.environment,
      REPOSITORY: `${ecrHost}/${place.repository}`,
      SAM_CLI_TELEMETRY: '0',
    }),
    async image() {
      return { repository: place.repository, reference: await tag(moto, place.app) }
    },
    async forget() {
      await moto.ask('moto', { path: '/moto-api/reset', body: '' })
      await makeRepository()
    },
    close: () => moto.close(),
  }
}

async function askEcr(moto: Moto, action: string, input: object): Promise<void> {
  const headers = {
    'content-type': 'application/x-amz-json-1.1',
    'x-amz-target': `AmazonEC2ContainerRegistry_V20150921.${action}`,
  }
  await moto.ask('ecr', { headers, body: JSON.stringify(input) })
}
