import { extname, join } from 'node:path'

import { type ArchitectApp, parseInventory } from './core/arc/architect-app.ts'
import { appNames } from './core/arc/metadata-name.ts'
import { assignRewritten } from './core/template/assign-rewritten.ts'
import { checkBounded } from './core/template/boundary.ts'
import { checkRewritten } from './core/template/check-template.ts'
import { checkOnStringify } from './core/template/check-on-stringify.ts'
import { parseFunctions } from './core/template/live-functions.ts'
import { describeError } from './core/basics/describe-error.ts'
import { explainSystemError } from './core/basics/system-error.ts'
import { setupError } from './core/setup-error.ts'
import { parseTemplate, type Template } from './core/template/template.ts'
import { checkSetup, deploy } from './deploy.ts'
import { createConsole } from './effects/architect/console.ts'
import { createDeployPorts } from './effects/deploy-ports.ts'
import { createDryRunPorts } from './effects/dry-run-ports.ts'
import { explainSystemErrors } from './effects/explain-system-errors.ts'
import { failIfInterrupted, failIfUnfinished } from './effects/architect/fail-if-interrupted.ts'
import type { Origins } from './core/template/origins.ts'
import { originsNow } from './effects/architect/own-hooks.ts'
import { redactError } from './effects/secrets/known-secrets.ts'
import { learnAppSecrets, learnUserSecrets } from './effects/secrets/learn-from-files.ts'
import type { Ports } from './ports/deploy.ts'

/** What Architect hands to a deploy hook. */
export interface DeployHookInput {
  readonly cloudformation: Template
  readonly inventory: { readonly inv: { readonly aws: object } }
  /** True for `--dry-run` and for `--eject`, which uploads nothing either. */
  readonly dryRun: boolean
  readonly stackName: string
}

/** The sandbox calls `deploy.services` too, without a template. */
export type ServicesHookInput = Omit<DeployHookInput, 'cloudformation'> & {
  readonly cloudformation: Template | null
}

/** An app and what its deploy asks of the outside. */
interface OpenDeploy {
  readonly app: ArchitectApp
  readonly ports: Ports
  readonly stop: () => void
}

/** What `start` opened for `services`: Architect runs both hooks in one process. */
let opened: Promise<OpenDeploy> | undefined

/** What the template was like then, and who changes it before and after. */
let origins: Origins | undefined

/**
 * Runs among the other plugins' `start`: only what has to come before their work, the user's
 * mistakes.
 * @throws ContainerImageError SETUP_INVALID
 */
export async function start(input: DeployHookInput): Promise<void> {
  const { app, ports, stop } = await (opened = open(input))
  await presentably(stop, async () => {
    const template = parseTemplate(input.cloudformation)
    origins = originsNow(input.inventory, template)
    await checkSetup(app, template, ports)
  })
  // AWS answers while other plugins work.
  ports.readLive().catch(() => undefined)
}

/**
 * Bundles, builds, pushes and verifies the images of flagged functions, then rewrites these in the
 * template as it is there. Every plugin's `start` is over by now, so what they added is known and
 * none of them looks for a function that is no longer a zip. What another `services` undoes after
 * this is found when the template is written. Nothing is returned: Architect would make SSM
 * parameters of it.
 * @throws ContainerImageError; the template is then as it was
 */
export async function services(input: DeployHookInput): Promise<void> {
  const { cloudformation } = input
  const { app, ports, stop } = await (opened ?? open(input))
  await presentably(stop, async () => {
    const template = parseTemplate(cloudformation)
    failIfInterrupted()
    const deployed = await failIfUnfinished(() => deploy(app, template, ports, origins))
    const { rewrites, changed } = deployed
    if (changed.length === 0) return
    assignRewritten(cloudformation, deployed.template, changed)
    checkOnStringify(cloudformation, () => {
      const problems = [
        ...checkRewritten(cloudformation, rewrites),
        ...checkBounded(cloudformation, ports.boundary),
      ]
      if (problems.length > 0) throw presentable(setupError(problems))
    })
    await ports.followStack(appNames(parseFunctions(deployed.template) ?? []))
  })
}

/** The command line, beside this file in the sources and in the package. */
const program = join(import.meta.dirname, `cli${extname(import.meta.filename)}`)

/** `arc deploy --fast` ends while CloudFormation works. */
function waits(): boolean {
  return !process.argv.some((argument) => argument === '--fast' || /^-[a-z]*f/.test(argument))
}

async function open(input: DeployHookInput): Promise<OpenDeploy> {
  const console = createConsole()
  const { inventory, stackName } = input
  return await presentably(console.stop, async () => {
    learnUserSecrets(process.env)
    const app = parseInventory(inventory)
    learnAppSecrets(app.directory, process.env)
    const hydrate = !process.argv.includes('--no-hydrate')
    const shared = { app, inventory, stackName, console, environment: process.env, hydrate }
    const context = waits() ? { ...shared, program } : shared
    const ports = input.dryRun ? createDryRunPorts(context) : createDeployPorts(context)
    return { app, ports: explainSystemErrors(ports), stop: console.stop }
  })
}

async function presentably<T>(stop: () => void, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    stop()
    throw presentable(error)
  }
}

/** Architect prints message and stack; the stack only helps whoever asks for it. */
function presentable(thrown: unknown): unknown {
  const explained = explainSystemError(thrown)
  redactError(explained)
  if (process.argv.includes('--verbose')) return explained
  const error = explained instanceof Error ? explained : new Error()
  error.message = describeError(explained)
  error.stack = ''
  return error
}
