import { join } from 'node:path'

import { arcDeploy } from './arc-deploy.ts'
import { cdkAssets, sam } from './by-moto.ts'
import { buildx, buildxWithRegistryCache, crane } from './by-script.ts'
import type { Peer } from './peer.ts'

const embedded = ['  builder embedded', '  omit openai "@huggingface/transformers"']
const unchecked = [...embedded, '  start-check off']

/** In the order of `columns`. */
export const peers: readonly Peer[] = [
  arcDeploy('arc deploy', { settings: unchecked }),
  arcDeploy('arc deploy, compiled', {
    settings: unchecked,
    ofMachine: (machine) => ({ NODE_COMPILE_CACHE: join(machine, 'compiled') }),
  }),
  arcDeploy('arc deploy, start check', { settings: embedded }),
  buildx,
  buildxWithRegistryCache,
  cdkAssets,
  crane,
  sam,
]
