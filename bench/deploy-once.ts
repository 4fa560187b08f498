/**
 * One deploy by the plugin in a process of its own, without Architect around it, so that time and
 * memory are the plugin's. Prints one line of JSON.
 */
import { createRequire } from 'node:module'
import { performance } from 'node:perf_hooks'
import { setTimeout } from 'node:timers/promises'

import { parseInventory } from '../plugin/core/arc/architect-app.ts'
import { parseTemplate } from '../plugin/core/template/template.ts'
import { deploy } from '../plugin/deploy.ts'
import { createDeployPorts } from '../plugin/effects/deploy-ports.ts'

const require = createRequire(import.meta.url)
const [directory = '.'] = process.argv.slice(2)
process.chdir(directory)

const inventory = await require('@architect/inventory')({ deployStage: 'staging' })
const template = parseTemplate(require('@architect/package')(inventory))
const silent = () => undefined
const marks: Record<string, number> = {}
const quiet = {
  progress: silent,
  status: silent,
  done: silent,
  warn: silent,
  details: silent,
  buildOutput: silent,
  stop: silent,
}
const app = parseInventory(inventory)
const environment = process.env
// What was loaded before is not the deploy's; a moment lets the garbage of loading go.
await setTimeout(50)
const started = performance.now()
const ports = createDeployPorts({
  app,
  inventory,
  stackName: 'BenchStaging',
  console: quiet,
  environment,
})
const timed = {
  ...ports,
  async bundle(image: Parameters<typeof ports.bundle>[0]) {
    const bundle = await ports.bundle(image)
    marks['bundled'] = performance.now() - started
    return bundle
  },
}
const { rewrites } = await deploy(app, template, timed)
const total = performance.now() - started
console.log(
  JSON.stringify({
    functions: rewrites.length,
    imageUris: [...new Set(rewrites.map(({ imageUri }) => imageUri))],
    bundledSeconds: (marks['bundled'] ?? 0) / 1000,
    seconds: total / 1000,
    imagePhaseSeconds: (total - (marks['bundled'] ?? 0)) / 1000,
    peakBytes: process.resourceUsage().maxRSS * 1024,
  }),
)
