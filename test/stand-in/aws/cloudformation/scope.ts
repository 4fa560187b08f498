import type { Context } from '../context.ts'
import type { Scope } from './resolve.ts'
import type { StackRecord, StackResource } from './stack.ts'
import { isRecord, type Template } from './template.ts'

/** Pseudo parameters, parameters' defaults and the names of the stack's own resources. */
export function scopeOf(
  stack: StackRecord,
  template: Template,
  resources: Readonly<Record<string, StackResource>>,
  { account, region }: Context,
): Scope {
  const parameters = Object.entries(template.parameters).flatMap(([name, parameter]) =>
    isRecord(parameter) && 'Default' in parameter ? [[name, String(parameter['Default'])]] : [],
  )
  const ids = Object.entries(resources).map(([logicalId, found]) => [logicalId, found.physicalId])
  return {
    names: Object.fromEntries([
      ...parameters,
      ...Object.entries(stack.parameters ?? {}),
      ...ids,
      ['AWS::AccountId', account],
      ['AWS::Partition', 'aws'],
      ['AWS::Region', region],
      ['AWS::StackId', stack.id],
      ['AWS::StackName', stack.name],
      ['AWS::URLSuffix', 'amazonaws.com'],
    ]),
    attribute(logicalId, attribute) {
      const id = resources[logicalId]?.physicalId ?? logicalId
      return attribute === 'Arn'
        ? `arn:aws:stand-in:${region}:${account}:${id}`
        : `${id}.${attribute}`
    },
  }
}
