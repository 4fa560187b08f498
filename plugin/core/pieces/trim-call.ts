import type { AnyNode } from 'acorn'

import { calleeName, isKnownFunction, pathOf } from '../script/known-values.ts'
import { onlyMethod } from '../script/module-wrapper.ts'
import { callsCreateRequire } from '../script/require-function.ts'
import { isFunction } from '../script/scope.ts'
import { listOf, make, nameOf, type Trimming } from './trimming.ts'
import { handlesFailure } from '../edges/visit-call.ts'

type Call = Extract<AnyNode, { type: 'CallExpression' | 'NewExpression' }>

/** What remains of a call whose value nobody asks for. */
export function trimCall(node: Call, trimming: Trimming): readonly AnyNode[] {
  const { all } = trimming
  if (mayLoad(node)) return [trimWholeCall(node, trimming)]
  const { callee } = node
  const isTried = node.type === 'CallExpression' && handlesFailure(node)
  const tried = isTried && callee.type === 'MemberExpression' ? all([callee.object]) : undefined
  if (tried === undefined) return all([callee, ...node.arguments])
  if (tried.length === 0) return all(node.arguments)
  const [object, property] = [listOf(tried), nameOf({ name: calleeName(callee) ?? '' })]
  return [
    make(node.type, {
      callee: make('MemberExpression', { object, property, computed: false }),
      arguments: node.arguments.map((argument) => listOf(all([argument]))),
    }),
  ]
}

/** Whether a call can be of `require`, or of a function of the file, as far as it says itself. */
function mayLoad({ type, callee }: Call): boolean {
  const name = calleeName(callee)
  if (type === 'NewExpression') return name === 'Worker'
  if (isFunction(callee) || mayBeRequire(callee)) return true
  if (callee.type !== 'MemberExpression') return false
  if (name === 'resolve') return mayBeRequire(callee.object)
  return (name === 'call' || name === 'apply') && isFunction(callee.object)
}

/** A call with all that it can hand over, and by which its value can be known. */
export function trimWholeCall(node: Call, trimming: Trimming): AnyNode {
  const { type, start, callee } = node
  if (mayLoad(node)) trimming.act()
  const isAsked = isKnownFunction(calleeName(callee))
  return make(type, {
    start,
    callee: trimCallee(callee, trimming),
    arguments: node.arguments.map((argument, index) => {
      const handed = trimHanded(argument, trimming)
      if (handed !== undefined) return handed
      return index === 0 || isAsked ? trimming.value(argument) : listOf(trimming.rest(argument))
    }),
  })
}

/** What a call can hand over to the function that it calls; a module is handed to its wrapper. */
function trimHanded(node: AnyNode, trimming: Trimming): AnyNode | undefined {
  if (isFunction(node)) return trimming.function(node)
  if (mayBeRequire(node)) return trimReference(node, trimming)
  const method = onlyMethod(node)
  if (method === undefined || node.type !== 'ObjectExpression') return undefined
  const value = trimming.function(method)
  const key = listOf(trimming.all(node.properties.map((one) => ('key' in one ? one.key : one))))
  return make(node.type, { properties: [make('Property', { key, value })] })
}

function trimCallee(callee: AnyNode, trimming: Trimming): AnyNode {
  if (callee.type === 'SequenceExpression') {
    const last = callee.expressions.at(-1)
    const others = listOf(trimming.all(callee.expressions.slice(0, -1)))
    return make(callee.type, {
      expressions: [others, ...(last === undefined ? [] : [trimCallee(last, trimming)])],
    })
  }
  if (isFunction(callee)) return trimming.function(callee)
  if (callee.type !== 'MemberExpression')
    return mayBeRequire(callee) ? trimReference(callee, trimming) : listOf(trimming.rest(callee))
  const { type, object, property, computed } = callee
  return make(type, {
    object: isFunction(object)
      ? trimming.function(object)
      : mayBeRequire(object)
        ? trimReference(object, trimming)
        : listOf(trimming.rest(object)),
    property:
      !computed && property.type === 'Identifier'
        ? nameOf(property)
        : listOf(trimming.rest(property)),
    computed,
  })
}

function mayBeRequire(node: AnyNode): boolean {
  return node.type === 'Identifier' || pathOf(node) === 'module.require' || callsCreateRequire(node)
}

/** One that may be `require`. */
function trimReference(node: AnyNode, trimming: Trimming): AnyNode {
  if (node.type === 'Identifier') return nameOf(node)
  return callsCreateRequire(node) ? trimWholeCall(node, trimming) : trimPath(node)
}

/** `module.require`, with the fields that make it one. */
export function trimPath(node: AnyNode): AnyNode {
  if (node.type === 'Identifier') return nameOf(node)
  if (node.type === 'MetaProperty')
    return make(node.type, { meta: nameOf(node.meta), property: nameOf(node.property) })
  if (node.type !== 'MemberExpression' || node.property.type !== 'Identifier') return listOf([])
  const { type, object, property } = node
  return make(type, { object: trimPath(object), property: nameOf(property), computed: false })
}
