import { type AnyNode, parse } from 'acorn'

import { childrenOf } from './scope.ts'

/**
 * Texts that a file certainly uses as they are: values of properties and arguments, but for those
 * of which a condition chooses.
 */
export function namedTexts(code: string): string[] {
  try {
    return collect(parse(code, { ecmaVersion: 'latest', sourceType: 'module' }))
  } catch {
    return []
  }
}

const choices = /^(?:Conditional|Logical|Binary)Expression$|^(?:If|Switch)Statement$/

function collect(node: AnyNode): string[] {
  if (choices.test(node.type) || isEnvironment(node)) return []
  const values =
    node.type === 'Property'
      ? [node.value]
      : node.type === 'CallExpression' || node.type === 'NewExpression'
        ? node.arguments
        : node.type === 'VariableDeclarator' && node.init
          ? [node.init]
          : []
  const own = values.flatMap((value) =>
    value.type === 'Literal' && typeof value.value === 'string' ? [value.value] : [],
  )
  return [...own, ...childrenOf(node).flatMap(collect)]
}

/** Tables of possibilities are looked up by a name that is not known here. */
function isEnvironment(node: AnyNode): boolean {
  return node.type === 'MemberExpression' && node.computed
}
