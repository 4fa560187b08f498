import utils from '@architect/utils'

import type { ArchitectApp } from '../core/arc/architect-app.ts'
import type { AppSettings } from '../core/model.ts'
import { appRepositories } from '../core/settings/app-repositories.ts'
import { isPreviewName } from '../core/stack/environment.ts'
import type { RepositoryViewPorts } from '../ports/repository-view.ts'
import type { Aws } from './aws/client.ts'
import { readImageLayers } from './ecr/image-layers.ts'
import { removeTags } from './ecr/stored-images.ts'
import { readRepositoryView } from './retention/read-repository-view.ts'

/** The effects of `images` and `gc` on AWS. */
export function createRepositoryViewPorts(
  aws: Aws,
  app: ArchitectApp,
  settings: AppSettings,
): RepositoryViewPorts {
  const { preview } = appRepositories(settings)
  const isPreview = (stackName: string): boolean =>
    isPreviewName(stackName, app.name, (text) => utils.toLogicalID(text))
  return {
    readView: (name) => readRepositoryView(aws, name, name === preview ? isPreview : undefined),
    readLayers: (name, digests) => readImageLayers(aws, name, digests),
    removeTags: (name, tags) => removeTags(aws, name, tags),
  }
}
