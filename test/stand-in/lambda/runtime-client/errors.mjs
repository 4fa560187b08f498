/** An error with one of Lambda's own type names: `Runtime.HandlerNotFound`, ... */
export function runtimeError(kind, message, stack) {
  const error = new Error(message)
  error.name = `Runtime.${kind}`
  if (stack !== undefined) error.stack = stack
  return error
}

/** What the Runtime API is told of an error. */
export function reportOf(error) {
  if (!(error instanceof Error)) {
    return { errorType: typeof error, errorMessage: String(error), trace: [] }
  }
  return {
    errorType: error.name,
    errorMessage: error.message,
    trace: error.stack?.split('\n') ?? [],
  }
}
