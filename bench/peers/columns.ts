/** As `peers.json` has them. */
export type PeerName =
  | 'arc deploy'
  | 'arc deploy, compiled'
  | 'arc deploy, start check'
  | 'buildx'
  | 'buildx, registry cache'
  | 'cdk-assets'
  | 'crane'
  | 'sam'

/** One column of the tables, and how it is explained, in Markdown. */
export interface Column {
  readonly name: PeerName
  readonly ours?: boolean
  /** Of README's column. */
  readonly title: string
  readonly command: string
  readonly leavesOut: string
}

/** Ours first, without the start that no other tool makes. */
export const columns: readonly Column[] = [
  {
    name: 'arc deploy',
    ours: true,
    title: '`arc deploy`',
    command: '`arc deploy` of the packed plugin, `start-check off`',
    leavesOut: 'starting the function',
  },
  {
    name: 'arc deploy, compiled',
    ours: true,
    title: 'the same, `NODE_COMPILE_CACHE`',
    command:
      'the same with `NODE_COMPILE_CACHE`, where Node keeps what it compiles of Architect, too',
    leavesOut: 'as above',
  },
  {
    name: 'arc deploy, start check',
    ours: true,
    title: '`arc deploy`, start check',
    command:
      '`arc deploy` by default: the image is started, emulated, before the stack changes; once for each image',
    leavesOut: '',
  },
  {
    name: 'buildx',
    title: '`docker buildx build --push`',
    command: '`docker buildx build --push`',
    leavesOut: 'the stack; any look at whether Lambda can run the image',
  },
  {
    name: 'buildx, registry cache',
    title: 'the same, registry cache',
    command: 'the same, `--cache-to` and `--cache-from` of `type=registry`, `mode=max`',
    leavesOut: 'as above',
  },
  {
    name: 'cdk-assets',
    title: '`cdk-assets publish`',
    command: '`cdk-assets publish` of a manifest that is made by hand',
    leavesOut:
      'as above; with nothing changed it asks ECR for the tag and ends, whatever is under it',
  },
  {
    name: 'crane',
    title: '`crane append` in a script',
    command:
      '`npm ci`, `tar`, `crane append` in a script that keeps packages by the hash of the lockfile',
    leavesOut: 'as above',
  },
  {
    name: 'sam',
    title: '`sam build`, `sam deploy`',
    command: '`sam build --use-buildkit && sam deploy`',
    leavesOut: 'any look at whether Lambda can run the image, or at what the registry has',
  },
]
