/** An option as Node's `parseArgs` takes it, with what `--help` says of it. */
export type Option = Flag | ValueOption

interface Flag {
  readonly type: 'boolean'
  /** One letter, for `-n`. */
  readonly short?: string
  readonly meaning: string
}

interface ValueOption {
  readonly type: 'string'
  readonly short?: string
  /** The value's placeholder in `--help`: `NAME`, `30d`. */
  readonly value: string
  readonly meaning: string
  /** May be given several times. */
  readonly multiple?: true
  readonly default?: string
  /** What it stands for without a value; one of its own is then joined to it by `=`. */
  readonly bare?: string
}

/** By their long names, without dashes. */
export type Options = Readonly<Record<string, Option>>

/** Every command that works on one deployed stack: what `arc deploy` takes, and `--stack`. */
export const stackOptions = {
  name: {
    type: 'string',
    short: 'n',
    value: 'NAME',
    meaning: 'The stack of `arc deploy --name NAME`, such as PR5',
  },
  production: {
    type: 'boolean',
    short: 'p',
    meaning: 'The stack of `arc deploy --production`; else staging',
  },
  stack: {
    type: 'string',
    value: 'NAME',
    meaning: 'A stack by its full name, such as MyAppStagingPR5',
  },
} as const satisfies Options

/** Every command that prints facts. */
export const jsonOption = {
  json: { type: 'boolean', meaning: 'Prints JSON for programs' },
} as const satisfies Options

/** Every command whose facts can be looked at. */
export const htmlOption = {
  html: { type: 'string', value: 'FILE', meaning: 'Writes a page to look at, too' },
} as const satisfies Options

/** Every command that changes something that cannot be had back, or files of the user's. */
export const yesOption = {
  yes: { type: 'boolean', short: 'y', meaning: 'Does it; without it nothing is changed' },
} as const satisfies Options

/** Every command can be asked to explain itself, and to show where an error comes from. */
export const commonOptions = {
  verbose: { type: 'boolean', meaning: 'Prints the stack and the causes of an error' },
  help: { type: 'boolean', short: 'h', meaning: 'Prints this' },
} as const satisfies Options

/** `-n, --name NAME` */
export function formatOption(name: string, option: Option): string {
  const short = option.short === undefined ? '' : `-${option.short}, `
  return `${short}${formatLong(name, option)}`
}

/** `--name NAME` */
export function formatLong(name: string, option: Option): string {
  if (option.type === 'boolean') return `--${name}`
  return option.bare === undefined ? `--${name} ${option.value}` : `--${name}[=${option.value}]`
}
