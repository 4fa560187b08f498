import { actionTable } from '../json-actions.ts'
import { imageActions } from './images.ts'
import { policyActions } from './policies.ts'
import { repositoryActions } from './repositories.ts'
import { tokenActions } from './token.ts'

/** Elastic Container Registry's API; shapes from botocore's `ecr` model, texts from what `moto` says. */
export const ecrActions = actionTable({
  ...imageActions,
  ...policyActions,
  ...repositoryActions,
  ...tokenActions,
})
