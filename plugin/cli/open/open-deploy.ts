import { unlistedPlugin } from '../../core/arc/unlisted-plugin.ts'
import { setupError } from '../../core/setup-error.ts'
import type { Origins } from '../../core/template/origins.ts'
import type { Template } from '../../core/template/template.ts'
import type { Console } from '../../effects/architect/console.ts'
import { generateTemplate } from '../../effects/architect/generate-template.ts'
import { deployHooks, isOwn } from '../../effects/architect/own-hooks.ts'
import type { Aws } from '../../effects/aws/client.ts'
import type { DeployContext } from '../../effects/deploy-ports.ts'
import { keepStdout } from '../print/keep-stdout.ts'
import { openApp, type StackFlags } from './open-app.ts'

/** What a deploy of this checkout to a stack would start from. */
export interface DeployStart {
  readonly template: Template
  readonly origins: Origins
  /** The template with what the plugins below this one make of it. */
  readonly whole: () => Promise<Template>
  readonly context: DeployContext
}

interface OpenOptions {
  /** False: what `arc env` has stored in AWS is not read. */
  readonly askAws?: boolean
  readonly console?: Console
}

/**
 * The app of a folder and the stack that the flags name, for verbs that go the first steps of a
 * deploy.
 * @throws ContainerImageError SETUP_INVALID when a deploy would not run this plugin
 */
export async function openDeploy(
  directory: string,
  flags: StackFlags,
  { askAws = true, console = onlyWarnings }: OpenOptions = {},
) {
  const stage = flags.production === true ? 'production' : 'staging'
  const { app, aws, inventory, stackOf } = await openApp(directory, { name: stage, askAws })
  const unlisted = deployHooks(inventory, 'services').some(isOwn) ? [] : unlistedPlugin(app)
  if (unlisted.length > 0) throw setupError(unlisted)
  const stackName = stackOf(flags)
  const context = { app, inventory, stackName, environment: process.env, console }
  return {
    app,
    inventory,
    stackName,
    aws: async (): Promise<Aws> => await aws(),
    /** Does some work with the template; what other plugins print meanwhile goes to stderr. */
    withTemplate: async <Result>(work: (start: DeployStart) => Promise<Result>): Promise<Result> =>
      await keepStdout(async () => {
        const made = await generateTemplate({ directory, inventory, stage, stackName })
        return await work({ ...made, context })
      }),
  }
}

/** Steps are of no interest to who wants the outcome. */
const onlyWarnings: Console = {
  progress: () => {},
  status: () => {},
  done: () => {},
  details: () => {},
  warn: (message) => void process.stderr.write(`Warning: ${message}\n`),
  buildOutput: () => {},
  stop: () => {},
}
