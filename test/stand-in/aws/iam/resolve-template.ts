import { isRecord, recordOf } from '../../../../plugin/core/basics/is-record.ts'

export type Values = Readonly<Record<string, string>>

/** What CloudFormation makes of parameters, conditions and mappings in a template's values. */
export function resolveTemplate(template: unknown, given: Values): unknown {
  const root = recordOf(template)
  const parameters = recordOf(root['Parameters'])
  const defaults = Object.entries(parameters).map(([name, parameter]) => [
    name,
    defaultOf(recordOf(parameter)),
  ])
  const isList = (name: string): boolean =>
    recordOf(parameters[name])['Type'] === 'CommaDelimitedList'
  const resources = Object.keys(recordOf(root['Resources'])).map((id) => [id, id])
  const values: Values = {
    ...Object.fromEntries(resources),
    ...Object.fromEntries(defaults),
    'AWS::Partition': 'aws',
    'AWS::Region': 'us-west-2',
    'AWS::AccountId': '123456789012',
    ...given,
  }

  function lookUp(name: string): string {
    const value = values[name]
    if (value === undefined) throw new Error(`The template asks for '${name}'.`)
    return value
  }

  function holds(condition: unknown): boolean {
    const [name, argument] = Object.entries(recordOf(condition))[0] ?? []
    const list = Array.isArray(argument) ? argument : []
    if (name === 'Fn::Equals') return resolve(list[0]) === resolve(list[1])
    if (name === 'Fn::Not') return !holds(list[0])
    if (name === 'Fn::And') return list.every(holds)
    if (name === 'Fn::Or') return list.some(holds)
    if (name === 'Condition') return holds(recordOf(root['Conditions'])[String(argument)])
    throw new Error(`A condition with ${name}.`)
  }

  function intrinsic(name: string, argument: unknown): unknown {
    const list: unknown[] = Array.isArray(argument) ? argument : [argument]
    if (argument === 'AWS::NoValue') return undefined
    if (name === 'Ref')
      return isList(String(argument))
        ? lookUp(String(argument)).split(',')
        : lookUp(String(argument))
    if (name === 'Fn::GetAtt') return lookUp(list.join('.'))
    if (name === 'Fn::Join') return listOf(resolve(list[1])).join(String(list[0]))
    if (name === 'Fn::Sub') {
      const own = recordOf(list[1])
      return String(list[0]).replaceAll(/\$\{([\w:.]+)\}/g, (_, key: string) =>
        key in own ? String(resolve(own[key])) : lookUp(key),
      )
    }
    if (name === 'Fn::FindInMap') {
      const [map, first, second] = list.map((part) => String(resolve(part)))
      return recordOf(recordOf(recordOf(root['Mappings'])[map ?? ''])[first ?? ''])[second ?? '']
    }
    if (name === 'Fn::If')
      return resolve(holds(recordOf(root['Conditions'])[String(list[0])]) ? list[1] : list[2])
    return undefined
  }

  function resolve(value: unknown): unknown {
    if (Array.isArray(value)) return value.map(resolve).filter((item) => item !== undefined)
    if (!isRecord(value)) return value
    const [[name, argument] = ['', undefined], ...more] = Object.entries(value)
    if (more.length === 0 && /^(Ref|Fn::(Sub|FindInMap|If|GetAtt|Join))$/.test(name))
      return intrinsic(name, argument)
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, resolve(item)]))
  }

  const made = Object.entries(recordOf(root['Resources'])).filter(([, resource]) => {
    const condition = recordOf(resource)['Condition']
    return condition === undefined || holds({ Condition: condition })
  })
  return resolve({ Resources: Object.fromEntries(made) })
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [value]
}

function defaultOf(parameter: Readonly<Record<string, unknown>>): string {
  const value = parameter['Default']
  return typeof value === 'string' ? value : JSON.stringify(value ?? '')
}
