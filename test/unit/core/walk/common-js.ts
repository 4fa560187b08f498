const wrapper = `var wrap = (cb, mod) => function load() { return mod || cb(mod = {}), mod };`

/** CommonJS by what it does, with the edges that its text says. */
export const commonJs: Readonly<Record<string, readonly [text: string, ...edges: string[]]>> = {
  'at the top of a file': ["const x = require('x')", 'eager x'],
  'in template text': ['require(`x`)', 'eager x'],
  'in a function': ["function f() { require('x') }", 'lazy x'],
  'in a method': ["class A { f() { require('x') } }", 'lazy x'],
  'in a static block': ["class A { static { require('x') } }", 'eager x'],
  'in a getter': ["module.exports = { get x() { return require('x') } }", 'lazy x'],
  'in a function that is called at the top': ["f(); function f() { require('x') }", 'eager x'],
  'in a function called by one that is called': [
    "function f() { g() } function g() { require('x') } f()",
    'eager x',
  ],
  'in a function expression that is called': [
    "(function () { require('x') }).call(this)",
    'eager x',
  ],
  'in an async function, whose failure is nobody else': [
    "(async () => { await import('x') })()",
    'lazy x',
  ],
  'after a return that may have been': [
    "f(); function f() { if (cache) return cache; return require('x') }",
    'lazy x',
  ],
  'in try': ["try { require('x') } catch {}", 'tolerated x'],
  'in a function called in try only': [
    "const f = () => require('x'); try { f() } catch {}",
    'tolerated x',
  ],
  'in a function called in try and elsewhere': [
    "const f = () => require('x'); try { f() } catch {} exports.g = () => f()",
    'lazy x',
  ],
  'in try without catch': ["try { require('x') } finally { done() }", 'eager x'],
  'in catch': ["try { a() } catch { require('x') }", 'lazy x'],
  'in finally': ["try { a() } catch {} finally { require('x') }", 'eager x'],
  'under an unknown condition': ["if (a) require('x'); else require('y')", 'lazy x', 'lazy y'],
  'on another system': ["if (process.platform === 'win32') require('x')"],
  'on this system': [
    "const x = process.platform === 'linux' ? require('x') : require('y')",
    'eager x',
  ],
  'in a browser': ["var w = typeof window !== 'undefined' && require('x')"],
  'by NODE_ENV': [
    "if (process.env.NODE_ENV === 'production') require('x'); else require('y')",
    'eager y',
  ],
  never: ["0 && require('x')"],
  'in a loop': ["for (const a of list) require('x')", 'lazy x'],
  'by module.require': ["module.require('x')", 'eager x'],
  'by a require of createRequire': [
    "const r = require('module').createRequire(__filename); r('x')",
    'eager module',
    'eager x',
  ],
  'by a require of another file': ["const r = createRequire('/elsewhere/a.js'); r('x')"],
  'by a require that is a parameter': ["(function (require) { require('x') })(other)"],
  'in a UMD wrapper': [
    `(function (factory) { if (typeof module === 'object' && typeof module.exports === 'object') { var v = factory(require, exports) } })(function (require, exports) { require('x') })`,
    'eager x',
  ],
  'in a UMD wrapper of rollup': [
    `(function (global, factory) { typeof exports === 'object' && typeof module !== 'undefined' ? factory(exports, require('x')) : 0 })(this, function (exports, x) {})`,
    'eager x',
  ],
  'beside this file': [
    "require(require('path').join(__dirname, '../b.js'))",
    'eager /var/task/b.js',
    'eager path',
  ],
  'by text in a constant': ["const name = './' + 'b'; require(name)", 'eager ./b'],
  'by text that is written again': ["let name = 'a'; name = 'b'; require(name)"],
  resolved: ["require.resolve('x')", 'lazy x'],
  'imported later': ["const p = import('x')", 'lazy x'],
  'imported, with a way out': ["import('x').catch(() => {})", 'tolerated x'],
  'in a bundled file that is loaded': [
    `${wrapper} var a = wrap({ "a.js"(exports) { require('x') } }); var b = a();`,
    'eager x',
  ],
  'in a bundled file that is not loaded yet': [
    `${wrapper} var a = wrap({ "a.js"(exports) { require('x') } }); exports.f = () => a();`,
    'lazy x',
  ],
  'in a bundled file that is loaded in try': [
    `${wrapper} var a = wrap((exports) => { require('x') }); try { a() } catch {}`,
    'tolerated x',
  ],
  'by a worker': [
    "new Worker(require('path').join(__dirname, 'w.js'))",
    'lazy var/task/lib/w.js',
    'eager path',
  ],
  'in a comment or text': ["// require('x')\nconst a = \"require('y')\""],
}
