import { arcDeploy } from './arc-deploy.ts'
import { cdkAssets, sam } from './by-moto.ts'
import { buildx, buildxWithRegistryCache, crane } from './by-script.ts'
import type { Peer } from './peer.ts'

const embedded = ['  builder embedded', '  omit openai "@huggingface/transformers"']

/** In the order of `columns`. */
export const peers: readonly Peer[] = [
  arcDeploy('arc deploy', [...embedded, '  start-check off']),
  arcDeploy('arc deploy, start check', embedded),
  buildx,
  buildxWithRegistryCache,
  cdkAssets,
  crane,
  sam,
]
