import { parseInventory } from './core/arc/architect-app.ts'
import { checkRewritten } from './core/template/check-template.ts'
import { checkWhenWritten } from './core/template/check-when-written.ts'
import { setupError } from './core/setup-error.ts'
import { parseTemplate, type Template } from './core/template/template.ts'
import { type Deployment, deploy } from './deploy.ts'
import { createConsole } from './effects/architect/console.ts'
import { createDeployPorts } from './effects/deploy-ports.ts'
import { createDryRunPorts } from './effects/dry-run-ports.ts'
import { whileUnfinished } from './effects/architect/while-unfinished.ts'
import { ContainerImageError } from './errors.ts'

/** What Architect hands to a deploy hook. */
export interface DeployHookInput {
  readonly cloudformation: Template
  readonly inventory: { readonly inv: { readonly aws: object } }
  /** True for `--dry-run` and for `--eject`, which uploads nothing either. */
  readonly dryRun: boolean
  readonly stackName: string
}

/** The sandbox calls `deploy.services` too, without a template. */
type ServicesHookInput = Omit<DeployHookInput, 'cloudformation'> & {
  readonly cloudformation: Template | null
}

/** The last deployment of this process: Architect runs both hooks in one. */
let deployed: Deployment | undefined

/**
 * Bundles, builds, pushes and verifies the images of flagged functions.
 * @returns the template with those functions rewritten; without flagged functions as it came
 * @throws ContainerImageError; the template is then as it was
 */
async function start(input: DeployHookInput): Promise<Template> {
  const console = createConsole()
  try {
    const app = parseInventory(input.inventory)
    const { inventory, stackName } = input
    const hydrate = !process.argv.includes('--no-hydrate')
    const setting = { app, inventory, stackName, console, environment: process.env, hydrate }
    const ports = await (input.dryRun ? createDryRunPorts(setting) : createDeployPorts(setting))
    const template = parseTemplate(input.cloudformation)
    deployed = await whileUnfinished(() => deploy(app, template, ports))
    return deployed.template
  } catch (error) {
    console.stop()
    throw presentable(error)
  }
}

/**
 * Runs after every plugin's `start`: what a later one undid would fail at run time only. What is
 * undone after this is found when the template is written.
 * @throws ContainerImageError naming each resource and property
 */
async function services({ cloudformation }: ServicesHookInput): Promise<void> {
  const rewrites = deployed?.rewrites ?? []
  if (cloudformation === null || rewrites.length === 0) return
  const check = (): void => {
    const problems = checkRewritten(cloudformation, rewrites)
    if (problems.length > 0) throw presentable(setupError(problems))
  }
  check()
  checkWhenWritten(cloudformation, check)
}

/** Architect prints message and stack; of a user's mistake the message alone is of use. */
function presentable(error: unknown): unknown {
  if (!(error instanceof ContainerImageError) || process.argv.includes('--verbose')) return error
  error.message = `${error.code}: ${error.message}`
  error.stack = ''
  return error
}

export default { deploy: { start, services } }
