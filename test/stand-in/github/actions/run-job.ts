import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { execa } from 'execa'

import { networkEnvironment } from '../../harness/network-environment.ts'
import type { WorkflowJob, WorkflowStep } from './workflow.ts'

type Outcome = 'success' | 'failure' | 'skipped'

export interface JobSetting {
  /** Where the checkout stands. */
  readonly directory: string
  /** Variables of the runner and of what the actions before a step would have set. */
  readonly environment: Readonly<Record<string, string>>
  /** Every expression that the workflow may use, without braces, and its value. */
  readonly expressions: Readonly<Record<string, string>>
  /** Every condition of a step that it may use, and whether it holds; `failed`: an earlier step did. */
  readonly conditions: Readonly<Record<string, boolean>>
  /** Actions that are not run, by name without version; each counts as a success. */
  readonly actions: readonly string[]
}

export interface JobRun {
  readonly outcomes: Readonly<Record<string, Outcome>>
  readonly log: string
  /** What went to GITHUB_STEP_SUMMARY. */
  readonly summary: string
  /** What went to GITHUB_OUTPUT. */
  readonly output: string
}

/**
 * Runs the `run` steps of a job as GitHub's runner would, with `bash -e`. What is not in the fixed
 * tables (an expression, a condition, an action) is an error.
 */
export async function runJob(job: WorkflowJob, setting: JobSetting): Promise<JobRun> {
  const folder = await mkdtemp(join(tmpdir(), 'actions-'))
  const [summary, output] = [join(folder, 'summary.md'), join(folder, 'output')]
  await Promise.all([writeFile(summary, ''), writeFile(output, '')])
  const expressions: Readonly<Record<string, string>> = {
    ...setting.expressions,
    'runner.temp': folder,
  }
  const outcomes: Record<string, Outcome> = {}
  let log = ''
  let failed = false

  function fill(text: string): string {
    return text.replaceAll(/\$\{\{ *(.*?) *\}\}/g, (_, expression: string) => {
      const [, id] = /^steps\.(\w+)\.outcome$/.exec(expression) ?? []
      const value = id === undefined ? expressions[expression] : (outcomes[id] ?? 'skipped')
      if (value === undefined)
        throw new Error(`The expression '${expression}' is not in the table.`)
      return value
    })
  }

  function goesOn({ condition, name }: WorkflowStep): boolean {
    if (condition === undefined) return !failed
    const [, id] = /^always\(\) && steps\.(\w+)\.outcome == 'success'$/.exec(condition) ?? []
    if (id !== undefined) return outcomes[id] === 'success'
    const holds = setting.conditions[condition]
    if (holds === undefined) throw new Error(`${name}: '${condition}' is not in the table.`)
    return holds && !failed
  }

  async function run(step: WorkflowStep): Promise<Outcome> {
    if (!goesOn(step)) return 'skipped'
    if (step.run === undefined) {
      const action = step.uses?.split('@')[0] ?? ''
      if (setting.actions.includes(action)) return 'success'
      throw new Error(`The action '${action}' is not in the table.`)
    }
    if (step.run.includes('${{')) throw new Error(`${step.name}: an expression inside of a script.`)
    const script = join(folder, 'step.sh')
    await writeFile(script, step.run)
    const own = { ...job.environment, ...step.environment }
    const environment = Object.entries(own).map(([name, text]) => [name, fill(text)])
    // Without the hooks that tap gives every child by NODE_OPTIONS: GitHub's runner has none.
    const done = await execa('env', ['-u', 'NODE_OPTIONS', 'bash', '-e', script], {
      cwd: setting.directory,
      env: {
        ...networkEnvironment(),
        PATH: `${dirname(process.execPath)}:${process.env['PATH'] ?? ''}`,
        HOME: process.env['HOME'] ?? folder,
        CI: 'true',
        GITHUB_STEP_SUMMARY: summary,
        GITHUB_OUTPUT: output,
        ...setting.environment,
        ...Object.fromEntries(environment),
      },
      extendEnv: false,
      all: true,
      reject: false,
      stdin: 'ignore',
    })
    log += `== ${step.name}: exit ${done.exitCode}\n${done.all}\n`
    failed ||= done.exitCode !== 0
    return done.exitCode === 0 ? 'success' : 'failure'
  }

  try {
    for (const step of job.steps) outcomes[step.id ?? step.name] = await run(step)
    const [summaryText, outputText] = await Promise.all([
      readFile(summary, 'utf8'),
      readFile(output, 'utf8'),
    ])
    return { outcomes, log, summary: summaryText, output: outputText }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
