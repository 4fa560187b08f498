import { ContainerImageError, isCaused } from '../../errors.ts'
import { parseReference } from '../../oci/reference.ts'
import { regionOfEcr } from './base-credentials.ts'

/**
 * Says of which base a registry refuses the credentials, and whose they are.
 * @throws ContainerImageError REGISTRY_DENIED, and what `ask` throws
 */
export async function blamingBase<T>(reference: string, ask: () => Promise<T>): Promise<T> {
  try {
    return await ask()
  } catch (error) {
    if (!(error instanceof ContainerImageError) || !isCaused(error, 'REGISTRY_DENIED')) throw error
    const { registry, repository } = parseReference(reference)
    const cure =
      regionOfEcr(registry) === undefined
        ? `It may be private, or not there: check its name, and 'docker login ${registry}' as somebody who may read it.`
        : 'The role that deploys needs ecr:BatchGetImage and ecr:GetDownloadUrlForLayer on ' +
          `repository '${repository}', in the repository's own policy too where it is another account's.`
    // The first sentence is what the registry said; what follows it is about our own repository.
    const [seen = ''] = error.message.split('. ')
    throw new ContainerImageError(
      'REGISTRY_DENIED',
      `The base ${reference} cannot be read: ${seen}. ${cure}`,
      { cause: error },
    )
  }
}
