/** Modules that are read at once, as whoever needs one of them needs all. */
export interface BundlePart {
  /** Number of its first module. */
  readonly first: number
  /** Bytes in the file before it. */
  readonly offset: number
  /** Bytes of its index, and of the texts after it that are read with it. */
  readonly index: number
  readonly head: number
}

/** What a loader has to know of its file of modules. */
export interface BundleTable {
  readonly parts: readonly BundlePart[]
  /** Numbers of the modules that have stubs, by their names. */
  readonly entries: Readonly<Record<string, number>>
}

/**
 * What is in place of a module's file: it has the loader run the module's text. That follows, and is
 * never run from here, but tells an ES module that imports this file the names of what it exports.
 * @param loader specifier of the loader, from the module's folder
 * @param name of the module, which does not change with others: packages have layers of their own
 */
export function stubOf(loader: string, name: string, bytes: Uint8Array): Uint8Array {
  const call = `return require(${JSON.stringify(loader)})(module,${JSON.stringify(name)});`
  return Buffer.concat([Buffer.from(call), bytes])
}

/**
 * The program that loads modules from one file. Each gets the module object, the name, the place in
 * Node's cache and the text that it would have from its own file, so that whoever loads a file by
 * Node's own means has the same instance. Only the search for files and their reading fall away.
 * Where somebody has changed how Node loads modules, or a switch may, Node loads from the files.
 */
export function loaderCode({ parts, entries }: BundleTable): string {
  return `'use strict'
const { openSync, readSync, closeSync } = require('node:fs')
const { dirname } = require('node:path')
const { isProxy } = require('node:util').types
const Module = require('node:module')

const parts = ${JSON.stringify(parts)}
const entries = ${JSON.stringify(entries)}
const file = __dirname + '/modules'
const folder = dirname(__dirname)
const modules = []

function read(from, size) {
  const bytes = Buffer.allocUnsafeSlow(size)
  const descriptor = openSync(file, 'r')
  try {
    for (let at = 0; at < size; ) {
      const got = readSync(descriptor, bytes, at, size - at, from + at)
      if (got === 0) throw new Error(file + ' is not whole')
      at += got
    }
  } finally {
    closeSync(descriptor)
  }
  return bytes
}

function moduleAt(position) {
  if (modules[position] === undefined) readPart(parts.findLast(({ first }) => first <= position))
  return modules[position]
}

function readPart({ first, offset, index, head }) {
  const start = read(offset, index + head).latin1Slice()
  let at = index
  JSON.parse(start.slice(0, index)).forEach(([name, size, requests], number) => {
    modules[first + number] = { filename: folder + '/' + name, requests, start, offset, at, size }
    at += size
  })
}

function textOf({ start, offset, at, size }) {
  return at + size <= start.length ? start.slice(at, at + size) : read(offset + at, size).utf8Slice()
}

// A word of Node's own text of each shows that nobody has put another in its place.
const { prototype, _extensions: extensions } = Module
const [ask, open, compile] = [prototype.require, prototype.load, prototype._compile]
const { _load, _resolveFilename, _findPath, _nodeModulePaths } = Module
const { '.js': js, '.json': json } = extensions
const kinds = Object.keys(extensions).length
const isNodes =
  [
    [ask, 'requireDepth'],
    [open, 'findLongestRegisteredExtension'],
    [compile, 'wrapSafe('],
    [_load, 'relativeResolveCache'],
    [_resolveFilename, 'BuiltinModule'],
    [_findPath, '_pathCache'],
    [_nodeModulePaths, 'nmLen'],
    [js, 'StringPrototypeEndsWith('],
    [json, 'JSONParse('],
  ].every(([its, word]) => typeof its === 'function' && Function.prototype.toString.call(its).includes(word)) &&
  Object.keys(extensions).every((kind) => /^\\.(?:js|json|node|[cm]?ts)$/.test(kind)) &&
  !/(?:^|\\s)(?:-[rC]|--(?:conditions|require|import|preserve-symlinks|(?:experimental-)?(?:loader|policy)))/.test(
    [...process.execArgv, process.env.NODE_OPTIONS].join(' '),
  )

function isPlain() {
  return (
    isNodes &&
    prototype.require === ask &&
    prototype.load === open &&
    prototype._compile === compile &&
    Module._load === _load &&
    Module._resolveFilename === _resolveFilename &&
    Module._findPath === _findPath &&
    Module._nodeModulePaths === _nodeModulePaths &&
    Module._extensions === extensions &&
    extensions['.js'] === js &&
    extensions['.json'] === json
  )
}

const builtins = new Set(Module.builtinModules)
const { getBuiltinModule = () => undefined } = process

function builtin(id) {
  const isOurs = builtins.has(id) ? Module._cache[id] === undefined : id.startsWith('node:')
  return isOurs ? getBuiltinModule(id) : undefined
}

const places = new Map()

function pathsOf(directory) {
  if (!places.has(directory)) places.set(directory, _nodeModulePaths(directory))
  return places.get(directory).slice()
}

function run(module, found) {
  const { requests } = found
  Object.defineProperty(module, 'require', {
    configurable: true,
    writable: true,
    value(id) {
      if (typeof id === 'string' && isPlain()) {
        const position = requests[id]
        if (typeof position === 'number') return load(moduleAt(position), module)
        const known = builtin(id)
        if (known !== undefined) return known
      }
      return prototype.require.call(module, id)
    },
  })
  module._compile(textOf(found), module.filename, 'commonjs')
}

function load(found, parent) {
  const { filename } = found
  const known = Module._cache[filename]
  if (known !== undefined) {
    // Of exports that are not complete Node makes some that warn of what they lack.
    if (!known.loaded && !known.exports?.__esModule) return prototype.require.call(parent, filename)
    if (!parent.children.includes(known)) parent.children.push(known)
    return known.exports
  }
  if (Object.keys(extensions).length !== kinds) return prototype.require.call(parent, filename)
  const module = new Module(filename, parent)
  const first = module.exports
  Module._cache[filename] = module
  try {
    module.filename = filename
    module.paths = pathsOf(module.path)
    if (filename.endsWith('.json')) module.exports = JSON.parse(textOf(found))
    else run(module, found)
    module.loaded = true
  } finally {
    if (!module.loaded) {
      delete Module._cache[filename]
      const at = parent.children.indexOf(module)
      if (at !== -1) parent.children.splice(at, 1)
    }
  }
  // Node puts one there when a circle leads back to exports that are not complete.
  if (module.exports === first && isProxy(Object.getPrototypeOf(first)))
    Object.setPrototypeOf(first, Object.prototype)
  return module.exports
}

const loader = module

module.exports = (module, name) => {
  const at = module.children.indexOf(loader)
  if (at !== -1) module.children.splice(at, 1)
  run(module, moduleAt(entries[name]))
}
`
}
