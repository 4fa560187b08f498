/**
 * Program of its own: loads one bundle and writes to file descriptor 3 what it exports. Packages
 * that stay out of the bundle are stubs, so no native file of another architecture is touched.
 */
import { writeSync } from 'node:fs'
import { createRequire, registerHooks } from 'node:module'

const [, , file = '', handler = ''] = process.argv
const require = createRequire(import.meta.url)

const stubSource = `
const mark = Symbol.for('container-images.stub')
const stub = new Proxy(function () {}, {
  get(target, key) {
    if (key === mark) return true
    if (key === 'prototype') return target.prototype
    if (key === Symbol.toPrimitive) return () => ''
    if (key === Symbol.iterator) return function* () {}
    if (key === 'then' || key === '__esModule') return undefined
    return stub
  },
  apply: () => stub,
  construct: () => stub,
})
module.exports = stub`

registerHooks({
  resolve(specifier, context, next) {
    try {
      return next(specifier, context)
    } catch {
      return { url: `stub:${specifier}`, format: 'commonjs', shortCircuit: true }
    }
  },
  load: (url, context, next) =>
    url.startsWith('stub:')
      ? { format: 'commonjs', source: stubSource, shortCircuit: true }
      : next(url, context),
})

Object.assign(globalThis, {
  awslambda: {
    streamifyResponse: (streaming: unknown) => streaming,
    HttpResponseStream: { from: (stream: unknown) => stream },
  },
})

const loaded: unknown = require(file)
const found = handler
  .split('.')
  .reduce<unknown>((nested, key) => (nested ? Reflect.get(Object(nested), key) : undefined), loaded)

function isStub(value: unknown): boolean {
  return Reflect.get(Object(value), Symbol.for('container-images.stub')) === true
}

const seen = isStub(loaded) || isStub(found) ? 'unknown' : typeof found
writeSync(
  3,
  JSON.stringify({ handler: seen, names: isStub(loaded) ? [] : Object.keys(Object(loaded)) }),
)
process.exit(0)
