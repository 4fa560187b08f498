/** Values of `Ref` and `Fn::GetAtt` that are known before the resource exists. */
export interface Scope {
  readonly names: Readonly<Record<string, string>>
  attribute(logicalId: string, attribute: string): string
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function substitute(text: string, scope: Scope, local: Record<string, unknown>): string {
  return text.replaceAll(/\$\{([^!}][^}]*)\}/g, (whole, name: string) => {
    if (name in local) return String(resolve(local[name], scope))
    const known = scope.names[name]
    if (known !== undefined) return known
    const [logicalId = '', ...attribute] = name.split('.')
    return attribute.length === 0 ? whole : scope.attribute(logicalId, attribute.join('.'))
  })
}

/** CloudFormation's intrinsic functions, those that Architect and its plugins use. */
export function resolve(value: unknown, scope: Scope): unknown {
  if (Array.isArray(value)) return value.map((item) => resolve(item, scope))
  if (!isRecord(value)) return value
  const [[name, argument] = ['', undefined], ...more] = Object.entries(value)
  if (more.length === 0) {
    if (name === 'Ref' && typeof argument === 'string') return scope.names[argument] ?? value
    if (name === 'Fn::Sub') {
      if (typeof argument === 'string') return substitute(argument, scope, {})
      if (Array.isArray(argument) && typeof argument[0] === 'string')
        return substitute(argument[0], scope, isRecord(argument[1]) ? argument[1] : {})
    }
    if (name === 'Fn::Join' && Array.isArray(argument)) {
      const items = resolve(argument[1], scope)
      if (Array.isArray(items)) return items.map(String).join(String(argument[0]))
    }
    if (name === 'Fn::GetAtt') {
      const [logicalId = '', ...rest] = Array.isArray(argument)
        ? argument.map(String)
        : String(argument).split('.')
      return scope.attribute(logicalId, rest.join('.'))
    }
  }
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, resolve(item, scope)]))
}
