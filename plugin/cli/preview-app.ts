import utils from '@architect/utils'

import { parseInventory } from '../core/arc/architect-app.ts'
import { stackNameOf } from '../core/stack/stack-name.ts'
import { type Aws, openAws } from '../effects/aws/client.ts'
import { loadInventory } from '../effects/architect/load-inventory.ts'

/** The app of the working directory, with AWS as its deploy would reach it. */
export interface PreviewApp {
  readonly aws: Aws
  /** Of `arc deploy --name NAME`, or the app's own without a name. */
  stackName(name?: string): string
  /** The app's own stack of a stage. */
  readonly production: string
}

export async function openPreviewApp(directory: string): Promise<PreviewApp> {
  const inventory = await loadInventory(directory)
  const { name: app } = parseInventory(inventory)
  const logical = (name: string): string => utils.toLogicalID(name)
  return {
    aws: await openAws({ inventory }),
    stackName: (name) =>
      stackNameOf({ app, stage: 'staging', ...(name !== undefined && { name }) }, logical),
    production: stackNameOf({ app, stage: 'production' }, logical),
  }
}
