/** What the service behind a resource said, inside of CloudFormation's reason. */
export interface ServiceWords {
  /** `Lambda`; absent when the handler itself speaks. */
  readonly service?: string
  readonly message: string
  /** CloudFormation's class of it: `InvalidRequest`, `AccessDenied`. */
  readonly code?: string
}

const handler =
  /^Resource handler returned message: "([^]*)" \(RequestToken: [^,)]*, HandlerErrorCode: (\w+)\)$/
const call =
  /^([^]*?) ?\((?:Service: )(?:AWS|Amazon)?([A-Za-z0-9]+?)(?:Internal)?[;,] Status Code: \d+[;,][^]*$/

/** @returns `undefined` when the reason is CloudFormation's own */
export function serviceWords(reason: string): ServiceWords | undefined {
  const [, quoted, code] = handler.exec(reason) ?? []
  const [, message, service] = call.exec(quoted ?? reason) ?? []
  const said = message ?? quoted
  if (said === undefined) return undefined
  return { ...(service && { service }), message: said, ...(code && { code }) }
}

/** Lambda's message about the 4 KB limit repeats the environment, values and all. */
export function withoutValues(reason: string): string {
  return reason.replace(/String measured:[^]*/, 'String measured: (left out)')
}
