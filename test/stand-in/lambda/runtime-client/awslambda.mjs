export const streamingMark = Symbol.for('aws.lambda.runtime.handler.streaming')

/** The globals that user code finds while it is loaded. */
export function setAwslambda() {
  if (['1', 'true'].includes(process.env.AWS_LAMBDA_NODEJS_NO_GLOBAL_AWSLAMBDA)) return
  globalThis.awslambda = {
    ...globalThis.awslambda,
    streamifyResponse(handler) {
      handler[streamingMark] = 'response'
      return handler
    },
    HttpResponseStream: {
      from(stream, prelude) {
        stream.setContentType('application/vnd.awslambda.http-integration-response')
        // oxlint-disable-next-line no-underscore-dangle -- the real client's name for it
        stream._onBeforeFirstWrite = (write) => {
          write(JSON.stringify(prelude))
          write(new Uint8Array(8))
        }
        return stream
      },
    },
  }
}
