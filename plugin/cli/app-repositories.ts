import utils from '@architect/utils'

import { inParallel } from '../core/basics/in-parallel.ts'
import { appRepositories, usedRepositories } from '../core/retention/app-repositories.ts'
import type { RepositoryView } from '../core/retention/repository-view.ts'
import { isPreviewName } from '../core/stack/environment.ts'
import { readRepositoryView } from '../effects/retention/read-repository-view.ts'
import type { OpenApp } from './open-app.ts'

/** A repository of the app, with what is in it; `undefined` when it is not there yet. */
export interface ReadRepository {
  readonly name: string
  readonly view: RepositoryView | undefined
}

/** The app's repositories, or those of some names. */
export async function readRepositories(
  { app, settings, aws }: OpenApp,
  isMeant: (name: string) => boolean = () => true,
): Promise<readonly ReadRepository[]> {
  const { preview } = appRepositories(settings)
  const isPreview = (stackName: string): boolean =>
    isPreviewName(stackName, app.name, (text) => utils.toLogicalID(text))
  const names = usedRepositories(appRepositories(settings)).filter(isMeant)
  return inParallel(names, async (name) => ({
    name,
    view: await readRepositoryView(aws, name, name === preview ? isPreview : undefined),
  }))
}
