import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parse } from 'yaml'

import { recordOf } from '../../../../plugin/core/basics/is-record.ts'
import { statementsOf, type Statement } from './policy.ts'
import { resolveTemplate, type Values } from './resolve-template.ts'

const file = join(import.meta.dirname, '../../../../docs/aws/developer-policy.yaml')
const template: unknown = parse(await readFile(file, 'utf8'))

/** What the template of the developers' policy makes of parameters. */
export function developerPolicy(parameters: Values): {
  readonly statements: readonly Statement[]
  readonly document: unknown
} {
  const resolved = resolveTemplate(template, parameters)
  const policy = recordOf(recordOf(recordOf(resolved)['Resources'])['DeveloperPolicy'])
  return {
    statements: statementsOf(resolved, ['DeveloperPolicy']),
    document: recordOf(policy['Properties'])['PolicyDocument'],
  }
}

/** Of the fixture app `greeter`. */
export const greeterDevelopers = {
  App: 'greeter',
  StackPrefix: 'Greeter',
  ImageRepository: 'greeter-lambda-images',
}
