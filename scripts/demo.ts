/**
 * `npm run demo`: the real `arc deploy` of this repository's example app against stand-ins of AWS
 * and of ECR on this machine, then the pushed image is taken out of the registry, started as Lambda
 * would start it, and asked. A second run finds everything there and sends nothing.
 */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'

import { copyApp } from '../test/stand-in/inputs/app-copy.ts'
import { startAws } from '../test/stand-in/aws/index.ts'
import { pushBaseImage } from '../test/stand-in/inputs/base-image.ts'
import { startRegistry } from '../test/stand-in/registry/index.ts'
import { askAgent, type Answer } from './demo/ask-agent.ts'
import { deployApp } from './demo/deploy-app.ts'
import { deployedFunction } from './demo/deployed-function.ts'
import { formatSent } from './demo/format-sent.ts'

const { values } = parseArgs({
  options: { state: { type: 'string' }, fresh: { type: 'boolean', default: false } },
})
const root = join(import.meta.dirname, '..')
const state = values.state ?? join(root, 'node_modules/.cache/arc-plugin-container-images-demo')
const memoryRoute = 'any /api/streams/:workspaceId/:agentId/:secret'
const standIns = `Stand-ins: AWS and ECR (test/stand-in/aws, registry), the base image and Lambda's runtime client
(test/stand-in/inputs/base-image.ts, lambda), what the function asks of SSM and DynamoDB
(test/stand-in/harness/app-services.ts), a local folder for S3, hashed words for embeddings.
Real: arc, the plugin, npm's packages, the image but for its base, LanceDB.
Not shown: the start check before the stack changes, since the stand-in of the base has no programs.`
const architecture = process.arch === 'arm64' ? 'arm64' : 'x86_64'

try {
  const started = performance.now()
  await runDemo()
  console.log(`\n${standIns}\n${((performance.now() - started) / 1000).toFixed(1)} s`)
} catch (error) {
  console.error(`\nThe demo failed: ${error instanceof Error ? error.message : String(error)}`)
  process.exitCode = 1
}

async function runDemo(): Promise<void> {
  console.log(`Agent memory, deployed to stand-ins of AWS on this machine (${architecture})\n`)
  if (values.fresh) await rm(state, { recursive: true, force: true })
  await using resources = new AsyncDisposableStack()

  const bases = await startRegistry({ directory: join(state, 'public') })
  resources.defer(() => bases.close())
  await pushBaseImage({ registry: bases })
  const aws = await startAws({ directory: join(state, 'aws'), baseRegistry: bases })
  resources.defer(() => aws.close())
  const work = await mkdtemp(join(tmpdir(), 'agent-memory-demo-'))
  resources.defer(() => rm(work, { recursive: true, force: true }))

  const app = await copyApp(join(work, 'app'))
  await suitMachine(join(app.directory, 'app.arc'))
  const exitCode = await deployApp(app.directory, {
    ...aws.environment,
    ARC_CONTAINER_IMAGES_CACHE: join(state, 'cache'),
  })
  if (exitCode !== 0) throw new Error(`arc deploy ended with exit code ${exitCode}.`)

  const memory = deployedFunction(aws, 'AgentMemoryStaging', memoryRoute)
  console.log(`
Sent to the registry: ${formatSent(aws.registry.journal)}
Deployed function:    ${memory.imageUri}
                      ${JSON.stringify(memory.imageConfig)}`)
  if (process.platform === 'linux') return print(await askAgent(aws, memory, work))
  console.log(`
Not started: the image holds Linux programs and this is ${process.platform}. Run the demo on Linux
to have the function answer.`)
}

/**
 * The image has to run here, so that the functions are of this machine's kind. The stand-in of the
 * base has no programs, so that the start check would find that nothing starts on it.
 */
async function suitMachine(manifest: string): Promise<void> {
  const text = await readFile(manifest, 'utf8')
  await writeFile(
    manifest,
    text
      .replace(/^architecture .*$/m, `architecture ${architecture}`)
      .replace(/^@images$/m, '@images\nstart-check off'),
  )
}

function print({ remembered, found, refused, milliseconds }: Answer): void {
  console.log(`
Started from the registry's bytes, asked as API Gateway would:
  POST two documents          ${remembered}
  GET ?q=what+does+Ada+drink  ${found.trimEnd().replaceAll('\n', `\n${' '.repeat(30)}`)}
  GET with a wrong secret     ${refused}
  ${Math.round(milliseconds)} ms for the three, cold start included`)
}
