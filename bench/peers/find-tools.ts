import { access } from 'node:fs/promises'
import { join } from 'node:path'
import { execa } from 'execa'

import { baseImageTools } from '../../test/integration/toolchain/base-image.ts'
import { skipWithoutJudges } from '../../test/integration/toolchain/judges.ts'
import {
  dockerTools,
  registryTools,
  skipWithout,
} from '../../test/integration/toolchain/missing-tools.ts'
import { cdkAssets, sam } from './by-moto.ts'
import type { Peer } from './peer.ts'

export interface FoundTools {
  /** Folder of the programs that `install.sh` brought. */
  readonly folder: string
  /** Why a peer cannot be measured here; undefined when it can. */
  missing(peer: Peer): Promise<string | undefined>
  /** As the peer's program tells it. */
  version(peer: Peer): Promise<string>
}

/** Installs what is missing; the reason where not even our own deploys can be measured. */
export async function findTools(): Promise<FoundTools | string> {
  const missing = await skipWithout(...baseImageTools, ...registryTools)
  if (missing !== false) return missing
  const { stdout: folder } = await execa('bash', [join(import.meta.dirname, 'install.sh')], {
    stderr: 'inherit',
  })
  const withoutDocker = await skipWithout(...dockerTools)
  const withoutMoto = await skipWithoutJudges()
  return {
    folder,
    async missing(peer) {
      if (peer.needsDocker && withoutDocker !== false) return withoutDocker
      if ((peer === cdkAssets || peer === sam) && withoutMoto !== false) return withoutMoto
      if (peer.tool === undefined) return undefined
      const program = join(folder, peer.tool)
      return access(program).then(
        () => undefined,
        () => `${peer.tool} could not be installed`,
      )
    },
    async version(peer) {
      if (peer.settings !== undefined) return ''
      const [program, argv] =
        peer.tool === undefined
          ? (['docker', ['buildx', 'version']] as const)
          : ([join(folder, peer.tool), [peer.tool === 'crane' ? 'version' : '--version']] as const)
      const { stdout } = await execa(program, argv)
      return /v?\d+(?:\.\d+)+/.exec(stdout)?.[0] ?? ''
    },
  }
}
