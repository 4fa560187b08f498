import type { PeerName } from './columns.ts'
import type { DeployRegistries } from '../../test/integration/toolchain/deploy-world.ts'

/** Where a peer's image lies in the account's registry. */
export interface PushedImage {
  readonly repository: string
  /** A tag or a digest. */
  readonly reference: string
}

/** What a peer finds when it is opened; all of it is its own. */
export interface Place {
  /** Of the image; a peer that puts images into others of its own says so in `image`. */
  readonly repository: string
  /** The folder of the app. */
  readonly app: string
  readonly registries: DeployRegistries
  /** A folder for whatever is to last as long as the peer. */
  readonly scratch: string
}

/** A peer with an AWS account of its own. */
export interface OpenPeer {
  /** The whole command, run in the app's folder. */
  readonly command: readonly string[]
  environment(): Readonly<Record<string, string>>
  /** What the last command pushed, for the judge; throws where it cannot be told. */
  image(): Promise<PushedImage>
  /** The account as it was before the first build. */
  forget(): Promise<void>
  close(): Promise<void>
}

export interface Peer {
  readonly name: PeerName
  /** One that `install.sh` brings. */
  readonly tool?: 'crane' | 'cdk-assets' | 'sam'
  readonly needsDocker: boolean
  /** Lines of the image in `@images`, where Architect deploys it. */
  readonly settings?: readonly string[]
  /** Variables that name folders of the machine. */
  readonly ofMachine?: (machine: string) => Readonly<Record<string, string>>
  readonly open: (place: Place) => Promise<OpenPeer>
}

/** The account's registry by its real name, as Docker's daemon knows it. */
export const ecrHost = '123456789012.dkr.ecr.us-west-2.amazonaws.com'
