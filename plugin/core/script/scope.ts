import type { AnyNode } from 'acorn'

export type FunctionNode = Extract<
  AnyNode,
  { type: 'FunctionDeclaration' | 'FunctionExpression' | 'ArrowFunctionExpression' }
>

/** What a name stands for, as far as the text alone says so for certain. */
export type Binding =
  | { readonly kind: 'function'; readonly node: FunctionNode; readonly scope: Scope }
  /** `const name = ...`, or a `var` that is written once. */
  | { readonly kind: 'value'; readonly node: AnyNode; readonly scope: Scope }
  /** `require` under this name, given as an argument or made by `createRequire`. */
  | { readonly kind: 'require' }
  | { readonly kind: 'unknown' }

/** The names of a function's body, or of a whole file. */
export interface Scope {
  readonly names: Map<string, Binding>
  readonly above: Scope | undefined
}

/** `undefined`: declared nowhere in the file. */
export function lookUp(scope: Scope | undefined, name: string): Binding | undefined {
  for (let here = scope; here !== undefined; here = here.above) {
    const found = here.names.get(name)
    if (found !== undefined) return found
  }
  return undefined
}

/** The scope of a body: what is declared in it, but not in the functions inside of it, or that it is. */
export function openScope(
  body: AnyNode,
  params: readonly AnyNode[],
  above: Scope | undefined,
): Scope {
  const scope: Scope = { names: new Map(), above }
  const unknown = (pattern: AnyNode): void => {
    for (const name of namesOf(pattern)) scope.names.set(name, { kind: 'unknown' })
  }
  for (const param of params) unknown(param)
  const visit = (node: AnyNode): void => {
    if (isLeaf(node)) return
    if (node.type === 'FunctionDeclaration') {
      scope.names.set(node.id?.name ?? '', { kind: 'function', node, scope })
    } else if (node.type === 'VariableDeclaration') {
      for (const { id, init } of node.declarations) {
        if (id.type !== 'Identifier' || !init || scope.names.has(id.name)) unknown(id)
        else if (isFunction(init)) scope.names.set(id.name, { kind: 'function', node: init, scope })
        else scope.names.set(id.name, { kind: 'value', node: init, scope })
      }
    } else if (node.type === 'ImportDeclaration') {
      for (const { local } of node.specifiers) unknown(local)
    } else if (node.type === 'ClassDeclaration' && node.id) unknown(node.id)
    if (isFunction(node)) return
    for (const child of childrenOf(node)) visit(child)
  }
  if (!isFunction(body)) for (const child of childrenOf(body)) visit(child)
  return scope
}

/** Names that a pattern declares. */
export function namesOf(pattern: AnyNode): string[] {
  switch (pattern.type) {
    case 'Identifier':
      return [pattern.name]
    case 'AssignmentPattern':
      return namesOf(pattern.left)
    case 'RestElement':
      return namesOf(pattern.argument)
    case 'ArrayPattern':
      return pattern.elements.flatMap((element) => (element ? namesOf(element) : []))
    case 'ObjectPattern':
      return pattern.properties.flatMap((property) =>
        namesOf(property.type === 'Property' ? property.value : property),
      )
    default:
      return []
  }
}

export function isFunction(node: AnyNode): node is FunctionNode {
  const { type } = node
  return (
    type === 'FunctionDeclaration' ||
    type === 'FunctionExpression' ||
    type === 'ArrowFunctionExpression'
  )
}

/** Most nodes are such, and nothing is below them. */
export function isLeaf({ type }: AnyNode): boolean {
  return type === 'Identifier' || type === 'Literal'
}

/** The nodes right below one. */
export function childrenOf(node: AnyNode): AnyNode[] {
  const fields = fieldsOf.get(node.type) ?? learnFields(node)
  const found: AnyNode[] = []
  for (const field of fields) {
    const value: unknown = Reflect.get(node, field)
    if (Array.isArray(value)) {
      for (const each of value) if (isNode(each)) found.push(each)
    } else if (isNode(value)) found.push(value)
  }
  return found
}

/** Where a kind of node may have others below it: trees are large, and asked often. */
const fieldsOf = new Map<string, readonly string[]>()

function learnFields(node: AnyNode): readonly string[] {
  const fields = Object.entries(node).flatMap(([field, value]) =>
    typeof value === 'object' ? [field] : [],
  )
  fieldsOf.set(node.type, fields)
  return fields
}

function isNode(value: unknown): value is AnyNode {
  return typeof value === 'object' && value !== null && 'type' in value
}
