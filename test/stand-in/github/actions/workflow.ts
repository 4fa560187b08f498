import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parse } from 'yaml'

import { isRecord } from '../../../../plugin/core/basics/is-record.ts'

const folder = join(import.meta.dirname, '../../../../.github/workflows')

type Texts = Readonly<Record<string, string>>

/** One step of a job, as written. */
export interface WorkflowStep {
  readonly name: string
  readonly id?: string
  readonly run?: string
  readonly uses?: string
  readonly condition?: string
  readonly environment: Texts
}

export interface WorkflowJob {
  readonly condition?: string
  readonly environment: Texts
  /** GitHub gives it a token that AWS or npm trade for a role. */
  readonly mayBecomeSomebody: boolean
  readonly steps: readonly WorkflowStep[]
}

/** The jobs of a workflow of this repository. */
export async function readJobs(file: string): Promise<Readonly<Record<string, WorkflowJob>>> {
  const workflow = recordOf(parse(await readFile(join(folder, file), 'utf8')))
  const jobs = Object.entries(recordOf(workflow['jobs']))
  return Object.fromEntries(jobs.map(([name, job]) => [name, parseJob(recordOf(job))]))
}

function parseJob(job: Readonly<Record<string, unknown>>): WorkflowJob {
  const steps: unknown[] = Array.isArray(job['steps']) ? job['steps'] : []
  return {
    environment: textsOf(job['env']),
    mayBecomeSomebody: textsOf(job['permissions'])['id-token'] === 'write',
    steps: steps.map((step) => parseStep(recordOf(step))),
    ...optional('condition', job['if']),
  }
}

function parseStep(step: Readonly<Record<string, unknown>>): WorkflowStep {
  return {
    name: String(step['name'] ?? step['uses']),
    environment: textsOf(step['env']),
    ...optional('id', step['id']),
    ...optional('run', step['run']),
    ...optional('uses', step['uses']),
    ...optional('condition', step['if']),
  }
}

function optional<Name extends string>(name: Name, value: unknown): { [key in Name]?: string } {
  const found: { [key in Name]?: string } = {}
  if (typeof value === 'string') found[name] = value
  return found
}

function textsOf(value: unknown): Texts {
  return Object.fromEntries(
    Object.entries(recordOf(value)).map(([name, text]) => [name, String(text)]),
  )
}

function recordOf(value: unknown): Readonly<Record<string, unknown>> {
  return isRecord(value) ? value : {}
}
