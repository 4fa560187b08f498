import { setupError } from '../core/setup-error.ts'
import { boundaryProblems, unboundRoles } from '../core/template/boundary.ts'
import type { Console } from '../effects/architect/console.ts'
import { deployBoundary } from '../effects/architect/deploy-boundary.ts'
import { boundStack } from '../effects/stacks/bound-stack.ts'
import { readSubmittedTemplate } from '../effects/stacks/submitted-template.ts'
import { openApp } from './open/open-app.ts'
import { commandInvalid, parseCommand } from './parse-command.ts'
import { usages } from './usages.ts'

/**
 * `arc-images bound [--stack NAME | --name NAME | --production] [--boundary POLICY]`: gives the roles
 * of a deployed stack the permissions boundary, by its deployed template and without the app's code.
 * For administrators, once a stack: a deploy cannot do it with a role that is bound to the boundary.
 * @throws ContainerImageError COMMAND_INVALID, BOUNDARY_UNFIT, STACK_BUSY, STACK_NOT_BOUND
 */
export async function bound(args: readonly string[], console: Console): Promise<void> {
  const { values } = parseCommand('bound', usages.bound, args)
  const opened = await openApp(process.cwd())
  const { app, stackOf } = opened
  opened.settings()
  const stackName = stackOf(values)
  const boundary = deployBoundary(app, {
    ...process.env,
    ...(values.boundary !== undefined && { ARC_CONTAINER_IMAGES_BOUNDARY: values.boundary }),
  })
  if (boundary === undefined)
    throw commandInvalid('bound', "needs --boundary, or 'boundary' under @images.")
  const aws = await opened.aws()
  const template = await readSubmittedTemplate(aws, stackName)
  if (template === undefined) return console.done(`There is no stack ${stackName}`)
  const problems = boundaryProblems(template, boundary)
  if (problems.length > 0) throw setupError(problems)
  const roles = unboundRoles(template, boundary)
  if (roles.length > 0) {
    console.status(`Giving the boundary to ${roles.join(', ')}`)
    await boundStack({ aws, stackName, template, boundary })
  }
  console.done(`Every role of ${stackName} has the boundary`)
}
