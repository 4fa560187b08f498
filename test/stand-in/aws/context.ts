import type { Call } from './call.ts'
import type { DeployedFunction } from './cloudformation/stack.ts'
import type { UpdateFailure } from './lambda-functions/function-update.ts'
import type { Wish } from './iam/policy.ts'
import type { RegistryStandIn } from '../registry/index.ts'
import type { StateStore } from './state.ts'
import type { State } from './state.ts'

/** What every service of the stand-in works on. */
export interface Context {
  readonly state: State
  readonly store: StateStore
  readonly registry: RegistryStandIn
  readonly account: string
  readonly region: string
  /** Milliseconds; tests move it. */
  readonly now: () => number
  readonly behaviour: Behaviour
}

/** Where AWS may do one thing or another, a test says which. */
export interface Behaviour {
  /** What UpdateStack does when nothing differs; AWS accepts it when a transform is in the template. */
  readonly identicalUpdate: 'accepted' | 'refused'
  /** How many DescribeStacks say "in progress" before a stack has settled. */
  readonly pollsUntilSettled: number
  /** How many bytes a template in S3 has at most. */
  readonly largestTemplate: number
  /** How many items a page of ECR's lists holds at most. */
  readonly ecrPageSize: number
  /** How many items a page of CloudFormation's and Lambda's lists holds at most. */
  readonly pageSize: number
  /** How many looks at a function find UpdateFunctionCode's work under way. */
  readonly looksUntilUpdated: number
  /** How an update that Lambda took ends for this function; absent: well. */
  readonly updateFailure?: (functionName: string) => UpdateFailure | undefined
  /** How many events a page of CloudWatch Logs holds at most. */
  readonly logPageSize: number
  /** How many pages without an event, but with a next token, come before each that has some. */
  readonly emptyLogPages: number
  /** Whether CloudFormation knows `DeploymentConfig`, as it does since July 2026. */
  readonly expressMode: 'offered' | 'unknown'
  /** The ARN that STS tells; absent: a user's. */
  readonly callerArn?: string
  /** What the caller's policies allow; absent: everything. */
  readonly mayDo?: (wish: Wish) => boolean
  /** What a function answers when it is invoked; absent: the stand-in runs none. */
  readonly invoke?: (invoked: DeployedFunction, event: unknown, call: Call) => Promise<InvokeAnswer>
}

/** As Invoke answers: the payload, and `Unhandled` when it is an error. */
export interface InvokeAnswer {
  readonly payload: Buffer
  readonly functionError?: string
  /** What it logged, of which Lambda gives the end to whoever asks for it. */
  readonly logs?: string
}
