import type { Problem } from '../../errors.ts'
import { isRecord, recordOf } from '../basics/is-record.ts'
import { isSame } from '../basics/is-same.ts'
import type { Intrinsic, Resource, Template } from './template.ts'

type Properties = Readonly<Record<string, unknown>>

const property = 'PermissionsBoundary'

/** Something that gives a role its boundary: a resource, or an event of one. */
interface Holder {
  /** `Role`, `CompactLambda.Events.Nightly` */
  readonly name: string
  readonly seen: unknown
}

/**
 * The value of `PermissionsBoundary`.
 * @param boundary a policy's ARN, or its name (with its path) in the account of the deploy
 */
export function boundaryValue(boundary: string): string | Intrinsic {
  return boundary.startsWith('arn:')
    ? boundary
    : { 'Fn::Sub': `arn:\${AWS::Partition}:iam::\${AWS::AccountId}:policy/${boundary}` }
}

/** Resources that are, or in SAM's hands become, a role. */
function makesRole({ Type: type, Properties: properties = {} }: Resource): boolean {
  if (type === 'AWS::IAM::Role') return true
  // SAM makes none where there is one; behind an `Fn::If` there may be none.
  const own = properties['Role']
  const maybe = own === undefined || (isRecord(own) && 'Fn::If' in own)
  return maybe && /^AWS::Serverless::(?:Function|StateMachine)$/.test(type)
}

/** A schedule of SAM's has a role of its own, unless it names one. */
function scheduledEvents({ Properties: properties = {} }: Resource): readonly string[] {
  const isSchedule = (event: unknown): boolean =>
    recordOf(event)['Type'] === 'ScheduleV2' &&
    recordOf(recordOf(event)['Properties'])['RoleArn'] === undefined
  return Object.entries(recordOf(properties['Events']))
    .filter(([, event]) => isSchedule(event))
    .map(([name]) => name)
}

/** A policy's name and path, however it is written; what is computed otherwise as it is. */
function policyOf(value: unknown): unknown {
  const text = isRecord(value) ? value['Fn::Sub'] : value
  return typeof text === 'string' ? text.replace(/^.*:policy\//, '') : value
}

function holdersOf([logicalId, resource]: readonly [string, Resource]): readonly Holder[] {
  const properties = resource.Properties ?? {}
  const events = recordOf(properties['Events'])
  return [
    ...(makesRole(resource) ? [{ name: logicalId, seen: properties[property] }] : []),
    ...scheduledEvents(resource).map((name) => ({
      name: `${logicalId}.Events.${name}`,
      seen: recordOf(recordOf(events[name])['Properties'])[property],
    })),
  ]
}

function withBoundary(resource: Resource, value: unknown): Resource {
  const scheduled = scheduledEvents(resource)
  if (!makesRole(resource) && scheduled.length === 0) return resource
  const properties: Properties = resource.Properties ?? {}
  const events = recordOf(properties['Events'])
  const bounded = scheduled.map((name) => {
    const event = recordOf(events[name])
    return [name, { ...event, Properties: { ...recordOf(event['Properties']), [property]: value } }]
  })
  return {
    ...resource,
    Properties: {
      ...properties,
      ...(makesRole(resource) && { [property]: value }),
      ...(bounded.length > 0 && { Events: { ...events, ...Object.fromEntries(bounded) } }),
    },
  }
}

/**
 * A template in which each role has the boundary, and the logical ids of what was changed for it;
 * the given one stays as it is, and is what is returned when it needs no change.
 */
export function boundTemplate(
  template: Template,
  boundary: string | undefined,
): { readonly template: Template; readonly changed: readonly string[] } {
  if (boundary === undefined) return { template, changed: [] }
  const value = boundaryValue(boundary)
  const { Resources: resources } = template
  const changed = Object.entries(resources)
    .map(([logicalId, resource]) => [logicalId, withBoundary(resource, value)] as const)
    .filter(([logicalId, resource]) => !isSame(resource, resources[logicalId]))
  if (changed.length === 0) return { template, changed: [] }
  return {
    template: {
      ...template,
      Resources: { ...resources, ...structuredClone(Object.fromEntries(changed)) },
    },
    changed: changed.map(([logicalId]) => logicalId),
  }
}

/** Roles of a template that have not the boundary, by what makes them. */
export function unboundRoles({ Resources: resources }: Template, boundary: string): string[] {
  const value = boundaryValue(boundary)
  return Object.entries(resources)
    .flatMap(holdersOf)
    .filter(({ seen }) => !isSame(policyOf(seen), policyOf(value)))
    .map(({ name }) => name)
}

/** What keeps a template from being bounded: others' boundaries, and roles that SAM gives none. */
export function boundaryProblems(
  template: Template,
  boundary: string | undefined,
): readonly Problem[] {
  if (boundary === undefined) return []
  const value = boundaryValue(boundary)
  const entries = Object.entries(template.Resources)
  const others = entries
    .flatMap(holdersOf)
    .filter(({ seen }) => seen !== undefined && !isSame(policyOf(seen), policyOf(value)))
    .map(({ name, seen }) =>
      unfit(
        name,
        `has the permissions boundary ${JSON.stringify(seen)}, and the deploy's is '${boundary}'. Remove one of the two`,
      ),
    )
  const unreachable = entries.flatMap(
    ([logicalId, { Type: type, Properties: properties = {} }]) => {
      const { DeploymentPreference: preference } = properties
      if (type === 'AWS::Serverless::GraphQLApi')
        return [unfit(logicalId, 'is a GraphQL API, whose roles SAM gives no boundary')]
      const own = recordOf(preference)
      if (preference === undefined || own['Role'] !== undefined || own['Enabled'] === false)
        return []
      return [
        unfit(logicalId, 'has a DeploymentPreference without Role, whose role gets no boundary'),
      ]
    },
  )
  return [...others, ...unreachable]
}

/** What a later plugin added or changed. */
export function checkBounded(template: Template, boundary: string | undefined): readonly Problem[] {
  if (boundary === undefined) return []
  return unboundRoles(template, boundary).map((name) =>
    unfit(
      name,
      `has lost or never got the permissions boundary '${boundary}': a plugin that ran after container-images made or changed it. Put 'container-images' below it under @plugins`,
    ),
  )
}

function unfit(name: string, text: string): Problem {
  return { code: 'BOUNDARY_UNFIT', message: `Resources.${name} ${text}.` }
}
