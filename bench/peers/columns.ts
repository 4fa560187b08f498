/** As `peers.json` has them. */
export type PeerName =
  | 'arc deploy'
  | 'arc deploy, start check'
  | 'buildx'
  | 'buildx, registry cache'
  | 'cdk-assets'
  | 'crane'
  | 'sam'

/** One column of the tables, and how it is explained. */
export interface Column {
  readonly name: PeerName
  readonly ours?: boolean
  /** In Markdown. */
  readonly command: string
  readonly leavesOut: string
}

/** Ours first, without the start that no other tool makes. */
export const columns: readonly Column[] = [
  {
    name: 'arc deploy',
    ours: true,
    command: '`arc deploy` of the packed plugin, `start-check off`',
    leavesOut: 'nothing',
  },
  {
    name: 'arc deploy, start check',
    ours: true,
    command:
      '`arc deploy` by default: the image is started under emulation before the stack changes',
    leavesOut: 'nothing',
  },
  {
    name: 'buildx',
    command: '`docker buildx build --push`',
    leavesOut: 'the stack; whether the image is what the function needs',
  },
  {
    name: 'buildx, registry cache',
    command: 'the same with `--cache-to` and `--cache-from` of `type=registry,mode=max`',
    leavesOut: 'as above',
  },
  {
    name: 'cdk-assets',
    command: '`cdk-assets publish`',
    leavesOut:
      'the stack; with nothing changed it asks ECR for the tag and ends, without a look at what is there',
  },
  {
    name: 'crane',
    command:
      '`npm ci`, `tar`, `crane append` in a script; packages are kept by the lockfile’s hash',
    leavesOut: 'the stack; the packages’ binaries are not looked at',
  },
  {
    name: 'sam',
    command: '`sam build --use-buildkit && sam deploy`',
    leavesOut: 'whether the registry has it already: the image is built each time',
  },
]
