import { cp, mkdir, mkdtemp, readFile, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'

import type { AwsStandIn } from '../../test/stand-in/aws/index.ts'
import { makeApp, writeFunction } from '../make-app.ts'
import { installPackage } from './install-package.ts'
import type { Deploy, Phases } from './results.ts'
import { timedRun } from './timed-run.ts'

/** One way to deploy the bench's app, with packages and a cache of its own. */
export interface Way {
  /** Writes the app anew. */
  write(functions: number): Promise<void>
  /** One line of the first function. */
  change(): Promise<void>
  deploy(): Promise<Deploy>
}

export interface WayOptions {
  /** Folder for all of it; made here. */
  readonly directory: string
  /** Checkout whose plugin is installed. */
  readonly checkout: string
  readonly aws: AwsStandIn
  /** Without the plugin: every function is a zip. */
  readonly zips?: boolean
  /** Arguments of `arc`; default: `deploy`. */
  readonly args?: readonly string[]
}

const marking = ['first', 'last']

export async function openWay(options: WayOptions): Promise<Way> {
  const { directory, checkout, aws, zips = false, args = ['deploy'] } = options
  const app = join(directory, 'app')
  await installPackage(checkout, app)
  for (const name of marking) {
    const file = join(app, 'plugins', `${name}.cjs`)
    await mkdir(dirname(file), { recursive: true })
    await cp(join(import.meta.dirname, 'mark-phases.cjs'), file)
  }
  const [first = [], last = []] = marking.map((name) => [name, `  src plugins/${name}.cjs`])
  const plugins = [...first, ...(zips ? [] : ['arc-plugin-container-images']), ...last]
  const arc = join(app, 'node_modules/@architect/architect/src/index.js')
  const marks = join(directory, 'marks.json')
  let version = 0

  async function run(): Promise<Deploy> {
    const home = await mkdtemp(join(directory, 'home-'))
    try {
      const env = {
        ...aws.environment,
        PATH: `${dirname(process.execPath)}:${process.env['PATH'] ?? ''}`,
        HOME: home,
        LANG: 'C.UTF-8',
        NO_UPDATE_NOTIFIER: '1',
        CI: 'true',
        AWS_EC2_METADATA_DISABLED: 'true',
        ARC_CONTAINER_IMAGES_CACHE: join(directory, 'cache'),
        BENCH_MARKS: marks,
      }
      const requests = aws.journal.length + aws.registry.journal.length
      const took = await timedRun([process.execPath, arc, ...args], { cwd: app, env })
      const marked: Marked = JSON.parse(await readFile(marks, 'utf8'))
      const cpuSeconds = took.cpuSeconds + marked.livingCpuSeconds
      return {
        ...took,
        cpuSeconds,
        childrenCpuSeconds: cpuSeconds - (marked.marks.at(-1)?.cpuSeconds ?? NaN),
        requests: aws.journal.length + aws.registry.journal.length - requests,
        phases: phasesOf(marked.marks, took.seconds),
      }
    } finally {
      await rm(home, { recursive: true, force: true })
    }
  }

  return {
    async write(functions) {
      for (const folder of ['src', 'docker'])
        await rm(join(app, folder), { recursive: true, force: true })
      await makeApp(app, {
        functions,
        images: Math.min(functions, 5),
        plugins,
        zips,
        installed: true,
        settings: zips ? [] : ['start-check off'],
      })
    },
    change: () => writeFunction(app, 'job-0', `version ${version++}`),
    deploy: run,
  }
}

interface Mark {
  readonly name: string
  readonly seconds: number
  readonly cpuSeconds: number
}

/** What `mark-phases.cjs` writes. */
interface Marked {
  readonly marks: readonly Mark[]
  /** Of children that outlive the process. */
  readonly livingCpuSeconds: number
}

/** Between the two marking plugins is ours. */
function phasesOf(marks: readonly Mark[], seconds: number): Phases {
  const at = (name: string): Mark => {
    const found = marks.find((mark) => mark.name === name)
    if (found === undefined) throw new Error(`The deploy never came to '${name}'`)
    return found
  }
  const between = (from: Mark, to: Mark) => ({
    seconds: to.seconds - from.seconds,
    cpuSeconds: to.cpuSeconds - from.cpuSeconds,
  })
  return {
    before: between({ name: 'zero', seconds: 0, cpuSeconds: 0 }, at('start first')),
    start: between(at('start first'), at('start last')),
    services: between(at('services first'), at('services last')),
    after: between(at('services last'), at('end last')),
    end: between(at('end last'), { ...at('exit'), seconds }),
  }
}
