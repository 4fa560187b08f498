import type { AnyNode, CallExpression, Expression, Program } from 'acorn'

import {
  callOf,
  declaredOnce,
  type FunctionNode,
  isFunction,
  isNode,
  nodesOf,
} from './declared-once.ts'

/** The function that a call gives, when all that is called is written here and gives no other. */
export function returnedBy(call: CallExpression, program: Program): AnyNode | undefined {
  const wrapper = calledFunction(call.callee, program)
  if (wrapper === undefined || !isFunction(wrapper) || !('body' in wrapper)) return undefined
  if (wrapper.async || wrapper.generator || !wrapper.body) return undefined
  const { body } = wrapper
  if (body.type !== 'BlockStatement') return isFunction(body) ? body : undefined
  const inside = nodesOf(body, (node) => !isFunction(node))
  const [only, ...others] = inside.filter((node) => node.type === 'ReturnStatement')
  const given = only?.argument
  if (!given || others.length > 0) return undefined
  return given.type === 'Identifier' ? declaredOnce(body, given.name) : given
}

/** What a callee stands for: a name, or `(0, import_wrap.wrap)` of a bundled CommonJS file. */
function calledFunction(callee: AnyNode, program: Program): AnyNode | undefined {
  if (callee.type === 'SequenceExpression')
    return calledFunction(callee.expressions.at(-1) ?? callee, program)
  if (callee.type === 'Identifier') return declaredOnce(program, callee.name)
  if (callee.type !== 'MemberExpression' || callee.computed) return undefined
  const { object, property } = callee
  if (object.type !== 'Identifier' || property.type !== 'Identifier') return undefined
  const imported = declaredOnce(program, object.name)
  const [, load] = imported && isExpression(imported) ? callOf(imported, '__toESM') : []
  const loader = load?.type === 'CallExpression' ? load.callee : load
  const wrapped = loader?.type === 'Identifier' ? declaredOnce(program, loader.name) : undefined
  const [, files] = wrapped && isExpression(wrapped) ? callOf(wrapped, '__commonJS') : []
  const file = files?.type === 'ObjectExpression' ? files.properties[0] : undefined
  if (file?.type !== 'Property' || !isFunction(file.value) || !('body' in file.value))
    return undefined
  return exportOf(file.value, property.name)
}

/** What a bundled CommonJS file exports under a name, by its one assignment. */
function exportOf(
  { params, body }: FunctionNode & { body: unknown },
  name: string,
): AnyNode | undefined {
  if (!isNode(body)) return undefined
  const [exports, module] = params.map((param) => (param.type === 'Identifier' ? param.name : ''))
  const wanted =
    name === 'default' ? [`${module}.exports`] : [`${exports}.${name}`, `${module}.exports.${name}`]
  const writes = nodesOf(body, (node) => !isFunction(node)).flatMap((node) =>
    node.type === 'AssignmentExpression' && wanted.includes(pathOf(node.left)) ? [node.right] : [],
  )
  const [value, ...others] = writes
  if (value === undefined || others.length > 0) return undefined
  return value.type === 'Identifier' ? declaredOnce(body, value.name) : value
}

/** `module.exports.name`, as it is written. */
function pathOf(node: AnyNode): string {
  if (node.type === 'Identifier') return node.name
  if (node.type !== 'MemberExpression' || node.computed) return ''
  return `${pathOf(node.object)}.${pathOf(node.property)}`
}

function isExpression(node: AnyNode): node is Expression {
  return node.type === 'CallExpression'
}
