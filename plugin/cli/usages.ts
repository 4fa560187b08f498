import { htmlOption, jsonOption, type Options, stackOptions, yesOption } from './options.ts'

/** How a command is called: what is read of it, what `--help` prints, what a mistake is told by. */
export interface Usage {
  /** What follows the command's name beside options: `IMAGE`, `[NAME...]`. Absent: nothing may. */
  readonly operands?: string
  /** One line in the list of all commands. */
  readonly purpose: string
  readonly options: Options
  readonly example: string
}

export const usages = {
  init: {
    operands: 'FUNCTION [IMAGE] [PACKAGE...]',
    purpose: 'Puts a function into an image: the lines of app.arc and the folder in docker/',
    options: {
      ci: {
        type: 'boolean',
        meaning: "Writes GitHub's workflows instead, and prints how to make the roles",
      },
      'dry-run': { type: 'boolean', meaning: 'Only shows what would be written' },
      yes: { type: 'boolean', short: 'y', meaning: 'Writes without asking' },
    },
    example: 'arc-images init "get /" sharp',
  },
  doctor: {
    purpose: 'Looks at all that a deploy depends on: each is ok, or what to do',
    options: { ...stackOptions, ...jsonOption },
    example: 'arc-images doctor',
  },
  logs: {
    operands: 'FUNCTION',
    purpose: 'Prints what a deployed function has logged, with errors by the lines of the sources',
    options: {
      ...stackOptions,
      tail: { type: 'boolean', short: 't', meaning: 'Goes on, as it comes' },
      since: {
        type: 'string',
        value: '1h',
        default: '10m',
        meaning: 'From when on: seconds (90s), minutes (15m, the default is 10m), hours, days',
      },
      ...jsonOption,
    },
    example: 'arc-images logs "get /" --tail',
  },
  plan: {
    purpose: 'Tells what a deploy would do, image by image and function by function',
    options: { ...stackOptions, ...jsonOption, ...htmlOption },
    example: 'arc-images plan --production',
  },
  diagnose: {
    purpose: 'Tells why the last deploy failed, and which deployed functions are not Active',
    options: {
      ...stackOptions,
      since: {
        type: 'string',
        value: 'TIME',
        meaning: 'Prints only what went wrong after that time, if anything (2026-11-26T08:00:00Z)',
      },
      ...jsonOption,
    },
    example: 'arc-images diagnose --name PR5',
  },
  dockerfile: {
    operands: 'IMAGE',
    purpose: 'Prints a Dockerfile for an image whose packages have to be compiled or fetched',
    options: {},
    example: 'arc-images dockerfile lancedb > docker/lancedb/Dockerfile',
  },
  images: {
    purpose: "Lists the images in the app's repositories, and which stack uses each",
    options: jsonOption,
    example: 'arc-images images',
  },
  gc: {
    purpose: 'Shows the images and tags that no stack uses; with --yes it removes them',
    options: {
      ...yesOption,
      ...stackOptions,
      production: {
        ...stackOptions.production,
        meaning: 'The stack of `arc deploy --production`; else all stacks count',
      },
      previews: { type: 'boolean', meaning: 'Only the repository of the previews' },
      'older-than': {
        type: 'string',
        value: '30d',
        meaning: 'Only what is older, in days (30d) or weeks (4w)',
      },
      ...jsonOption,
    },
    example: 'arc-images gc --older-than 30d --yes',
  },
  bound: {
    purpose: 'Gives the roles of a deployed stack the permissions boundary; for administrators',
    options: {
      ...stackOptions,
      boundary: {
        type: 'string',
        value: 'POLICY',
        meaning: "The policy's name or ARN; else `boundary` under @images",
      },
    },
    example: 'arc-images bound --production --boundary my-boundary',
  },
  bucket: {
    operands: 'NAME',
    purpose: 'Lets the next deploy of this checkout go through a bucket of its own; for workflows',
    options: {},
    example: 'arc-images bucket my-app-preview-deployments',
  },
  destroy: {
    purpose: 'Deletes the stack of `arc deploy --name NAME`, whatever state it is in',
    options: {
      name: stackOptions.name,
      'only-stuck': { type: 'boolean', meaning: 'Only if the stack can no longer be updated' },
    },
    example: 'arc-images destroy --name PR5',
  },
  invoke: {
    operands: '"get /"',
    purpose: "Runs a function's image here with one event, as Lambda would; pushes nothing",
    options: {
      event: {
        type: 'string',
        short: 'e',
        value: 'FILE',
        meaning: "The event: a file, '-' for stdin, or the JSON itself; else a sample",
      },
      path: {
        type: 'string',
        value: 'PATH',
        meaning: 'Of the request to a function under @http, with its query',
      },
      method: {
        type: 'string',
        value: 'METHOD',
        meaning: 'Of the request; else the one of the function, or GET',
      },
      header: {
        type: 'string',
        short: 'H',
        value: "'NAME: VALUE'",
        multiple: true,
        meaning: 'Of the request; may be given several times',
      },
      data: {
        type: 'string',
        short: 'd',
        value: 'DATA',
        meaning: 'Body of the request: text, or @FILE',
      },
      // Not --env-file, which Node takes for itself wherever it is on the command line.
      env: {
        type: 'string',
        value: 'FILE',
        meaning: "Variables over those of the stage's template: NAME=value, a line each",
      },
      inspect: {
        type: 'string',
        value: 'PORT',
        bare: '9229',
        meaning: "Waits for a debugger on Node's inspector, on port 9229 of 127.0.0.1",
      },
      remote: {
        type: 'boolean',
        meaning: 'Calls the deployed function instead, and prints the end of its log',
      },
      name: { ...stackOptions.name, meaning: 'The variables, or the function, of `--name NAME`' },
      production: {
        ...stackOptions.production,
        meaning: 'The variables, or the function, of `--production`; else of staging',
      },
      ...jsonOption,
    },
    example: 'arc-images invoke "post /search" --data \'{"q":"arc"}\'',
  },
  report: {
    purpose: 'Tells what the last deploy did',
    options: {
      ...stackOptions,
      outcome: {
        type: 'string',
        value: 'success',
        meaning: 'How the step with the deploy ended: success, failure, cancelled, skipped',
      },
      'pull-request': {
        type: 'string',
        value: 'N',
        meaning: 'Writes it as a comment of that pull request too',
      },
      ...jsonOption,
      ...htmlOption,
    },
    example: 'arc-images report --name PR5 --pull-request 5',
  },
  rollback: {
    purpose: 'Puts functions back to the image that they ran before, without a build',
    options: {
      ...stackOptions,
      function: {
        type: 'string',
        value: '"get /"',
        multiple: true,
        meaning: 'Only this function; may be given several times',
      },
      to: {
        type: 'string',
        value: 'DIGEST',
        meaning: 'The image to go to, by the first digits of its digest; else the one before',
      },
      yes: { ...yesOption.yes, meaning: 'Does it without asking' },
      ...jsonOption,
    },
    example: 'arc-images rollback --production --function "get /"',
  },
  sbom: {
    operands: '[IMAGE]',
    purpose: 'Writes a bill of materials of an image, or of each',
    options: {
      ...stackOptions,
      format: {
        type: 'string',
        value: 'cyclonedx',
        default: 'cyclonedx',
        meaning: 'cyclonedx (1.6, the default) or spdx (2.3), both as JSON',
      },
      out: {
        type: 'string',
        value: 'PATH',
        meaning: 'A file, or a folder (sbom/) for a file an image; else it is printed',
      },
    },
    example: 'arc-images sbom lancedb --out lancedb.cdx.json',
  },
  sync: {
    purpose: 'Brings changed code to a deployed stack, past CloudFormation; never to production',
    options: {
      ...stackOptions,
      production: { ...stackOptions.production, meaning: 'Is refused: production is deployed' },
      watch: { type: 'boolean', short: 'w', meaning: 'Goes on, at every save' },
      logs: { type: 'boolean', meaning: 'Goes on with what the functions log, as it comes' },
      ...jsonOption,
    },
    example: 'arc-images sync --name PR5 --watch',
  },
  stats: {
    purpose: 'Tells how deployed functions perform, before and after the last deploy',
    options: {
      ...stackOptions,
      since: {
        type: 'string',
        value: '24h',
        default: '24h',
        meaning: 'How far to look back, in hours, days or weeks (24h, 7d, 2w); default 24h',
      },
      ...jsonOption,
      ...htmlOption,
    },
    example: 'arc-images stats --production --since 7d',
  },
  sweep: {
    purpose: 'Deletes the stacks of pull requests that are closed',
    options: {
      open: {
        type: 'string',
        value: '"5 7"',
        meaning: 'The numbers of the pull requests that are open; "" for none',
      },
      prefix: {
        type: 'string',
        value: 'PR',
        default: 'PR',
        meaning: "What precedes the number in a stack's --name; default PR",
      },
    },
    example: 'arc-images sweep --open "5 7"',
  },
} as const satisfies Readonly<Record<string, Usage>>

export type CommandName = keyof typeof usages

export const commandNames = Object.keys(usages).filter(isCommand)

export function isCommand(text: string): text is CommandName {
  return Object.hasOwn(usages, text)
}
