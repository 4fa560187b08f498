import { join, resolve } from 'node:path'
import t, { type Test } from 'tap'

import { type ImageApp, openImageApp } from '../stand-in/inputs/image-app.ts'

const pluginFolder = resolve(import.meta.dirname, '../../plugin')

async function openApp(t: Test, directory: string): Promise<ImageApp> {
  const app = await openImageApp({ directory })
  t.teardown(() => app.close())
  return app
}

/** Command, architecture and image of every function in the deployed stack, by Architect's name. */
function functionsOf(app: ImageApp): Record<string, string> {
  const functions = Object.entries(app.resources()).filter(
    ([, { Type }]) => Type === 'AWS::Serverless::Function',
  )
  return Object.fromEntries(
    functions.map(([logicalId, { Properties, ArcMetadata = {} }]) => {
      const live = app.aws.state.stacks[0]?.deployment.functions[logicalId]
      t.equal(live?.startError, undefined, `${logicalId} starts`)
      const digest = String(Properties['ImageUri']).split('@')[1]
      const command = String(Reflect.get(Object(Properties['ImageConfig']), 'Command'))
      return [
        `${String(ArcMetadata['pragma'])} ${String(ArcMetadata['name'])}`,
        `${command} ${String(Properties['Architectures'])} ${digest}`,
      ]
    }),
  )
}

t.test('two images, two architectures, custom folders and functions of plugins', async (t) => {
  const handler = (says: string) => ({
    'index.mjs': `export async function handler() { return '${says}' }\n`,
  })
  const directory = t.testdir({
    'app.arc': `
@app
layouts

@plugins
container-images
  src plugin/index.ts
makes
  src makes.mjs

@http
/
  method get
  src functions/home
get /files/*

@scheduled
nightly rate(1 day)
hourly rate(1 hour)

@queues
mail-out

@static
false

@aws
runtime nodejs24.x

@container-images
get / one
get /files/* one
scheduled nightly two
scheduled hourly two
queue mail-out one
scheduled made one
customLambdas tool two
`,
    'makes.mjs': `export default { set: {
      scheduled: () => ({ name: 'made', rate: '1 day', src: './generated/made' }),
      customLambdas: () => ({ name: 'tool', src: './generated/tool' }),
    } }`,
    plugin: t.fixture('symlink', pluginFolder),
    docker: { one: { 'package.json': '{}' }, two: { 'package.json': '{}' } },
    functions: {
      home: {
        'api.mjs': 'export const api = { handler: async () => 1 }',
        'config.arc': '@aws\nhandler api.api\n',
      },
    },
    generated: { made: handler('made'), tool: handler('tool') },
    src: {
      http: { 'get-files-catchall': handler('files') },
      queues: { 'mail-out': handler('mail') },
      scheduled: {
        nightly: { ...handler('nightly'), 'config.arc': '@aws\narchitecture x86_64\nmemory 512\n' },
        hourly: handler('hourly'),
      },
    },
  })
  const app = await openApp(t, directory)
  const run = await app.deploy()
  t.equal(run.exitCode, 0, run.output)
  t.match(run.output, 'Putting 7 functions into 3 images')
  const tags = await app.tags()
  t.match(tags, [/^one-arm64-/, /^two-arm64-/, /^two-x86_64-/])
  t.equal(tags.length, 3)
  const digests = await app.aws.registry.tags('layouts-lambda-images')
  const [one, two, intel] = tags.map((tag) => digests.get(tag))
  t.strictSame(functionsOf(app), {
    'http get /': `http/get-index/index.api arm64 ${one}`,
    'http get /files/*': `http/get-files-catchall/index.handler arm64 ${one}`,
    'queues mail-out': `queues/mail-out/index.handler arm64 ${one}`,
    'scheduled made': `scheduled/made/index.handler arm64 ${one}`,
    'custom tool': `customLambdas/tool/index.handler arm64 ${two}`,
    'scheduled nightly': `scheduled/nightly/index.handler x86_64 ${intel}`,
    'scheduled hourly': `scheduled/hourly/index.handler arm64 ${two}`,
  })
  const nightly = Object.values(app.resources()).find(
    ({ ArcMetadata }) => ArcMetadata?.['name'] === 'nightly',
  )
  t.equal(nightly?.Properties['MemorySize'], 512)

  const again = await app.deploy()
  t.equal(again.exitCode, 0, again.output)
  t.strictSame(again.sent, [])
  const ours = again.calls.filter((call) => /^ecr:|:GetTemplate$/.test(call))
  t.ok(again.asked.length + ours.length <= 10, [...again.asked, ...ours].join())
})

t.test('an app in a folder of a workspace, its packages hoisted', async (t) => {
  const workspace = t.testdir({
    'package.json': '{ "private": true, "type": "module", "workspaces": ["apps/*", "packages/*"] }',
    node_modules: {
      hoisted: {
        'package.json': '{ "name": "hoisted", "version": "1.0.0" }',
        'index.js': "module.exports = 'from the hoisted package'",
      },
      '@mono': { words: t.fixture('symlink', '../../packages/words') },
    },
    packages: {
      words: {
        'package.json': '{ "name": "@mono/words", "type": "module", "exports": "./index.ts" }',
        'index.ts': "export const words: string = 'from the workspace'\n",
      },
    },
    apps: {
      web: {
        'app.arc': `
@app
mono

@plugins
container-images
  src plugin/index.ts

@http
get /

@static
false

@aws
runtime nodejs24.x

@container-images
get / web
`,
        plugin: t.fixture('symlink', pluginFolder),
        docker: { web: { 'package.json': '{}' } },
        src: {
          shared: { 'own.mjs': "export const own = 'from src/shared'\n" },
          http: {
            'get-index': {
              'index.mjs': `
import hoisted from 'hoisted'
import { words } from '@mono/words'
import { own } from '@architect/shared/own.mjs'
export const handler = async () => [hoisted, words, own]
`,
            },
          },
        },
      },
    },
  })
  const app = await openApp(t, join(workspace, 'apps/web'))
  const run = await app.deploy()
  t.equal(run.exitCode, 0, run.output)
  t.match(functionsOf(app), { 'http get /': /^http\/get-index\/index\.handler arm64 sha256:/ })
})
