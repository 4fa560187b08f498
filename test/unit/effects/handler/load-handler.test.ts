import t from 'tap'

import { loadHandler } from '../../../../plugin/effects/handler/load-handler.ts'

async function load(text: string, environment = {}, timeout?: number) {
  return await loadHandler(Buffer.from(text), 'handler', environment, timeout)
}

t.test('what is exported', async (t) => {
  t.strictSame(await load('exports.handler = async () => 1; exports.other = 1'), {
    handler: 'function',
    names: ['handler', 'other'],
  })
  t.strictSame(await load('exports.other = 1'), { handler: 'undefined', names: ['other'] })
})

t.test('packages that are not at hand are stubs', async (t) => {
  const text = `
    const { Base, tools: [first], make } = require('outside/sub')
    class Own extends Base { constructor() { super(); this.x = 1 } }
    const made = new Own()
    const text = \`\${require('other')}\`
    for (const each of make().list) throw each
    exports.handler = () => [first, made, text]`
  t.match(await load(text), { handler: 'function' })
  t.match(await load(`exports.handler = require('outside').wrap(() => 1)`), { handler: 'unknown' })
  t.match(await load(`module.exports = require('outside')`), { handler: 'unknown', names: [] })
})

t.test('the runtime client is there while code is loaded', async (t) => {
  const text = 'exports.handler = awslambda.streamifyResponse(async () => 1)'
  t.match(await load(text), { handler: 'function' })
})

t.test('the environment has literals, but no secret and no credentials', async (t) => {
  const seen = `exports.handler = () => 1
    for (const name of Object.keys(process.env)) exports[name + '=' + process.env[name]] = 1`
  const names = (await load(seen, { A: 'a', TABLE: { Ref: 'T' }, API_TOKEN: 'x' }))?.names ?? []
  t.ok(names.includes('A=a'))
  t.ok(names.includes('TABLE=known-after-deploy'))
  t.ok(names.includes('API_TOKEN=known-after-deploy'))
  t.notOk(
    names.some((name) => /^(?:AWS_ACCESS|AWS_SECRET|AWS_SESSION|AWS_PROFILE|HOME)/.test(name)),
  )
})

t.test('what throws, exits or hangs tells nothing', async (t) => {
  t.equal(await load('throw new Error("no")'), undefined)
  t.equal(await load('process.exit(0)'), undefined)
  t.equal(await load('for (;;);', {}, 500), undefined)
})

t.test('open handles do not keep it waiting', async (t) => {
  const text = 'setInterval(() => {}, 1000); exports.handler = () => 1'
  t.match(await load(text), { handler: 'function' })
})
