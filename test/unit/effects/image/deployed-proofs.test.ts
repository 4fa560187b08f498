import t from 'tap'

import { imageMetadata, parseFunctions } from '../../../../plugin/core/template/live-functions.ts'
import { deployedProofs } from '../../../../plugin/effects/image/deployed-proofs.ts'
import { digestOf } from '../../../../plugin/oci/digest.ts'

const digest = digestOf('an image')
const other = digestOf('another image')
const imageUri = `123456789012.dkr.ecr.us-west-2.amazonaws.com/app@${digest}`
const own = {
  PackageType: 'Image',
  ImageUri: imageUri,
  Architectures: ['arm64'],
}

/** Whether a template with this function says that `proof` was proven of `digest` on arm64. */
async function saysOf(
  properties: Readonly<Record<string, unknown>>,
  metadata: unknown,
  status: string | undefined,
): Promise<boolean> {
  const resource = { Type: 'AWS::Serverless::Function', Properties: properties, Metadata: metadata }
  const functions = parseFunctions({ Resources: { Get: resource } }) ?? []
  return await deployedProofs({
    status: async () => status,
    functions: async () => new Map(functions.map((one) => [one.logicalId, one])),
  })({ lambda: { logicalId: 'Get' }, image: { architecture: 'arm64' }, digest, proof: 'proof' })
}

const proven = imageMetadata(other, ['proof', 'more'])
const says = (properties: Readonly<Record<string, unknown>>) =>
  saysOf(properties, proven, 'UPDATE_COMPLETE')

t.test('what the template says of the image that it names', async (t) => {
  t.ok(await says(own))
  t.ok(await saysOf(own, imageMetadata(undefined, ['proof']), 'CREATE_COMPLETE'))
})

t.test('nothing of another image, architecture or kind', async (t) => {
  t.notOk(await says({ ...own, ImageUri: imageUri.replace(digest, other) }))
  t.notOk(await says({ ...own, ImageUri: 'registry/app:tag' }))
  t.notOk(await says({ ...own, Architectures: ['x86_64'] }))
  t.notOk(await says({ ...own, Architectures: undefined }), 'Lambda takes x86_64')
  t.notOk(await says({ ...own, PackageType: 'Zip' }))
})

t.test('nothing where it was not proven, or cannot be read', async (t) => {
  const all = [imageMetadata(other), imageMetadata(other, ['more']), undefined, null, 'text']
  const odd = [{ proven: 'proof' }, { proven: { proof: true } }, { previous: 1, proven: ['proof'] }]
  for (const metadata of [...all, ...odd.map((ContainerImages) => ({ ContainerImages }))])
    t.notOk(await saysOf(own, metadata, 'UPDATE_COMPLETE'), JSON.stringify(metadata))
})

t.test('nothing where the last update was undone, or is under way', async (t) => {
  for (const status of [
    undefined,
    'UPDATE_ROLLBACK_COMPLETE',
    'UPDATE_ROLLBACK_FAILED',
    'UPDATE_FAILED',
    'UPDATE_IN_PROGRESS',
    'UPDATE_COMPLETE_CLEANUP_IN_PROGRESS',
    'IMPORT_COMPLETE',
    'ROLLBACK_COMPLETE',
    'NEW_TO_US',
  ])
    t.notOk(await saysOf(own, proven, status), `${status}`)
})
