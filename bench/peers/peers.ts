import { arcDeploy } from './arc-deploy.ts'
import { cdkAssets, sam } from './by-moto.ts'
import { buildx, buildxWithRegistryCache, crane } from './by-script.ts'
import type { Peer } from './peer.ts'

const embedded = ['  builder embedded', '  omit openai "@huggingface/transformers"']

/** By their columns: ours, without and with the start that no other tool makes, then the others. */
export const peers: readonly Peer[] = [
  arcDeploy('arc deploy', [...embedded, '  start-check off']),
  arcDeploy('arc deploy, with the start check', embedded),
  buildx,
  buildxWithRegistryCache,
  cdkAssets,
  crane,
  sam,
]
