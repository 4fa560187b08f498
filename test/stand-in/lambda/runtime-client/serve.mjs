/** One event, answered with what the handler returns, or hands to its callback (3.x only). */
export async function serveBuffered(client, handler, importFirst) {
  const { id, event, context } = await nextEvent(client)
  try {
    const value = await new Promise((resolve, reject) => {
      const callback = (error, result) => (error ? reject(error) : resolve(result))
      const result = importFirst ? handler(event, context) : handler(event, context, callback)
      if (importFirst || typeof result?.then === 'function') resolve(result)
      else if (handler.length < 3) resolve(null)
    })
    await client.respond(id, value)
  } catch (error) {
    await client.fail(id, error)
  }
}

/** One event, answered through the stream that the handler writes to. */
export async function serveStreamed(client, handler) {
  const { id, event, context } = await nextEvent(client)
  const response = client.openResponse(id)
  try {
    const promise = handler(event, response.stream, context)
    if (typeof promise?.then !== 'function') {
      throw new Error('Streaming does not support non-async handlers.')
    }
    await promise
    await response.finished
  } catch (error) {
    await response.fail(error)
  }
}

async function nextEvent(client) {
  const { headers, body } = await client.next()
  const id = headers['lambda-runtime-aws-request-id']
  const deadline = Number(headers['lambda-runtime-deadline-ms'])
  const context = {
    awsRequestId: id,
    invokedFunctionArn: headers['lambda-runtime-invoked-function-arn'],
    functionName: process.env.AWS_LAMBDA_FUNCTION_NAME,
    functionVersion: process.env.AWS_LAMBDA_FUNCTION_VERSION,
    memoryLimitInMB: process.env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE,
    logGroupName: process.env.AWS_LAMBDA_LOG_GROUP_NAME,
    logStreamName: process.env.AWS_LAMBDA_LOG_STREAM_NAME,
    getRemainingTimeInMillis: () => deadline - Date.now(),
  }
  return { id, event: JSON.parse(body.toString()), context }
}
