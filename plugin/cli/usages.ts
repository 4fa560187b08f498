/** How a command is called, for `--help` and for what is said of a mistake. */
export interface Usage {
  /** What follows the command's name. */
  readonly usage: string
  readonly purpose: string
  /** Each option, with what it means. */
  readonly options: Readonly<Record<string, string>>
  readonly example: string
}

const name = { '-n, --name NAME': 'The stack of `arc deploy --name NAME`, such as PR5' }
const production = { '-p, --production': 'The stack of `arc deploy --production`; else staging' }
const stack = { '--stack NAME': 'A stack by its full name, such as MyAppStagingPR5' }
const json = { '--json': 'Prints JSON for programs instead of a table' }

export const usages = {
  plan: {
    usage: '[--name NAME | --production] [--json]',
    purpose: 'Tells what a deploy would do, image by image and function by function',
    options: { ...name, ...production, ...stack, ...json },
    example: 'arc-images plan --production',
  },
  dockerfile: {
    usage: 'IMAGE',
    purpose: 'Prints a Dockerfile for an image whose packages have to be compiled or fetched',
    options: {},
    example: 'arc-images dockerfile lancedb > docker/lancedb/Dockerfile',
  },
  images: {
    usage: '[--json]',
    purpose: "Lists the images in the app's repositories, and which stack uses each",
    options: json,
    example: 'arc-images images',
  },
  gc: {
    usage:
      '[--yes] [--stack NAME | --name NAME | --production | --previews] [--older-than 30d] [--json]',
    purpose: 'Shows the images and tags that no stack uses; with --yes it removes them',
    options: {
      '-y, --yes': 'Removes them; without it nothing is changed',
      ...stack,
      ...name,
      '-p, --production': 'The stack of `arc deploy --production`; else all stacks count',
      '--previews': 'Only the repository of the previews',
      '--older-than 30d': 'Only what is older, in days (30d) or weeks (4w)',
      ...json,
    },
    example: 'arc-images gc --older-than 30d --yes',
  },
  bound: {
    usage: '[--stack NAME | --name NAME | --production] [--boundary POLICY]',
    purpose: 'Gives the roles of a deployed stack the permissions boundary; for administrators',
    options: {
      ...stack,
      ...name,
      ...production,
      '--boundary POLICY': "The policy's name or ARN; else `boundary` under @images",
    },
    example: 'arc-images bound --production --boundary my-boundary',
  },
  bucket: {
    usage: 'NAME',
    purpose: 'Lets the next deploy of this checkout go through a bucket of its own; for workflows',
    options: {},
    example: 'arc-images bucket my-app-preview-deployments',
  },
  destroy: {
    usage: '--name NAME [--only-stuck]',
    purpose: 'Deletes the stack of `arc deploy --name NAME`, whatever state it is in',
    options: { ...name, '--only-stuck': 'Only if the stack can no longer be updated' },
    example: 'arc-images destroy --name PR5',
  },
  report: {
    usage:
      '[--stack NAME | --name NAME | --production] [--outcome success] [--json] [--pull-request N]',
    purpose: 'Tells what the last deploy did',
    options: {
      ...stack,
      ...name,
      ...production,
      '--outcome success':
        'How the step with the deploy ended: success, failure, cancelled, skipped',
      '--json': 'Prints JSON for programs instead of Markdown',
      '--pull-request N': 'Writes it as a comment of that pull request too',
    },
    example: 'arc-images report --name PR5 --pull-request 5',
  },
  sweep: {
    usage: '--open "5 7" [--prefix PR]',
    purpose: 'Deletes the stacks of pull requests that are closed',
    options: {
      '--open "5 7"': 'The numbers of the pull requests that are open; "" for none',
      '--prefix PR': "What precedes the number in a stack's --name; default PR",
    },
    example: 'arc-images sweep --open "5 7"',
  },
} as const satisfies Readonly<Record<string, Usage>>

export type CommandName = keyof typeof usages

export const commandNames = Object.keys(usages).filter(isCommand)

export function isCommand(text: string): text is CommandName {
  return Object.hasOwn(usages, text)
}

/** The lines of a command in the list of all. */
export function summaryOf(command: CommandName): string {
  const { usage, purpose } = usages[command]
  return `  arc-images ${command} ${usage}\n    ${purpose}`
}

/** A command with each of its options. */
export function helpOf(command: CommandName): string {
  const { options, example }: Usage = usages[command]
  const rows = Object.entries({ ...options, '-h, --help': 'Prints this' })
  const width = Math.max(...rows.map(([option]) => option.length))
  const lines = rows.map(([option, meaning]) => `    ${option.padEnd(width)}  ${meaning}`)
  return `${summaryOf(command)}\n\n${lines.join('\n')}\n\n  Example: ${example}`
}
