import t from 'tap'

import { loadedFiles } from '../../../../plugin/core/environment/loaded-files.ts'
import { variableFault } from '../../../../plugin/core/environment/reserved.ts'

const node = { nodeVersion: 24 }

/** What is asked for, with the first place where it may be. */
const first = (
  environment: Readonly<Record<string, unknown>>,
  target: Parameters<typeof loadedFiles>[1] = node,
) =>
  loadedFiles(environment, target).map(({ text, kind, candidates }) => [text, kind, candidates[0]])

t.test('what NODE_OPTIONS loads', (t) => {
  for (const [options, expected] of Object.entries({
    '--require /var/task/tracing.js': [['--require /var/task/tracing.js', 'var/task/tracing.js']],
    '--require=/opt/a.js -r ./b': [
      ['--require=/opt/a.js', 'opt/a.js'],
      ['-r ./b', 'var/task/b'],
    ],
    '--max-old-space-size=100 --import file:///opt/with%20space.mjs --no-warnings': [
      ['--import file:///opt/with%20space.mjs', 'opt/with space.mjs'],
    ],
    '--import "/opt/a b/c.mjs"': [['--import /opt/a b/c.mjs', 'opt/a b/c.mjs']],
    '--experimental-loader ../l.mjs': [['--experimental-loader ../l.mjs', 'var/l.mjs']],
    '--openssl-config=/etc/ssl.cnf': [['--openssl-config=/etc/ssl.cnf', 'etc/ssl.cnf']],
    '--import=data:text/javascript,1 --require node:http --enable-source-maps': [],
    '--require': [],
    '': [],
  })) {
    const found = first({ NODE_OPTIONS: options }).map(([text, , path]) => [text, path])
    t.strictSame(found, expected, options)
  }
  t.end()
})

t.test('a path is tried as require does, an import as it stands', (t) => {
  const [file] = loadedFiles({ NODE_OPTIONS: '-r /opt/a' }, node)
  t.strictSame(file?.candidates.slice(0, 3), ['opt/a', 'opt/a.js', 'opt/a.json'])
  t.ok(file?.candidates.includes('opt/a/index.js'))
  const [module] = loadedFiles({ NODE_OPTIONS: '--import /opt/a' }, node)
  t.strictSame(module?.candidates, ['opt/a'])
  t.end()
})

t.test('a package is looked for where the language would', (t) => {
  const [required] = loadedFiles({ NODE_OPTIONS: '-r dd-trace/init' }, node)
  t.equal(required?.candidates[0], 'var/task/node_modules/dd-trace/package.json')
  t.ok(required?.candidates.includes('opt/nodejs/node24/node_modules/dd-trace/package.json'))
  t.ok(required?.candidates.includes('opt/nodejs/node_modules/dd-trace/init.js'))
  const own = { NODE_OPTIONS: '-r @scope/name/x', NODE_PATH: '/opt/mine' }
  const elsewhere = loadedFiles(own, node).find(({ variable }) => variable === 'NODE_OPTIONS')
  t.ok(elsewhere?.candidates.includes('opt/mine/@scope/name/package.json'))
  t.notOk(elsewhere?.candidates.some((path) => path.startsWith('opt/nodejs')))
  const [imported] = loadedFiles({ NODE_OPTIONS: '--import dd-trace' }, node)
  t.ok(imported?.candidates.every((path) => path.includes('node_modules/dd-trace/package.json')))
  t.end()
})

t.test('wrappers and search paths', (t) => {
  t.strictSame(first({ AWS_LAMBDA_EXEC_WRAPPER: '/opt/wrap' }), [
    ['/opt/wrap', 'program', 'opt/wrap'],
  ])
  t.strictSame(first({ NODE_PATH: '/opt/nodejs/node_modules:/opt/lib:/var/task' }), [
    ['/opt/lib', 'any', 'opt/lib'],
  ])
  const python = { language: 'python' as const, nodeVersion: 0 }
  const both = { PYTHONPATH: '/opt/python:/opt/otel:lib', NODE_OPTIONS: '-r x', NODE_PATH: '/x' }
  t.strictSame(first(both, python), [
    ['/opt/otel', 'any', 'opt/otel'],
    ['lib', 'any', 'var/task/lib'],
  ])
  t.strictSame(first({ PYTHONPATH: '/opt/otel' }), [], 'Node does not read it')
  t.strictSame(first({ AWS_LAMBDA_EXEC_WRAPPER: { Ref: 'Wrapper' }, NODE_OPTIONS: 7 }), [])
  t.end()
})

t.test('variables that Lambda refuses', (t) => {
  for (const name of ['AWS_REGION', '_HANDLER', 'LAMBDA_TASK_ROOT', 'AWS_LAMBDA_RUNTIME_API'])
    t.match(variableFault(name), /reserves/, name)
  for (const name of ['A', '1A', 'A-B', '_A', 'A B']) t.match(variableFault(name), /letters/, name)
  for (const name of [
    'AWS_LAMBDA_EXEC_WRAPPER',
    'TZ',
    'NODE_OPTIONS',
    'AWS_NODEJS_CONNECTION_REUSE_ENABLED',
    'a1',
  ])
    t.equal(variableFault(name), undefined, name)
  t.end()
})
