import { Agent, request } from 'node:http'

import { reportOf } from './errors.mjs'

const prefix = '/2018-06-01/runtime'

/** The four calls of Lambda's Runtime API. */
export function createRuntimeApiClient(api) {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 })

  function call(method, path, headers, body) {
    return new Promise((done, failed) => {
      const sent = request(
        `http://${api}${prefix}${path}`,
        { method, agent, headers },
        (response) => {
          const chunks = []
          response.on('data', (chunk) => chunks.push(chunk))
          response.on('error', failed)
          response.on('end', () => done({ headers: response.headers, body: Buffer.concat(chunks) }))
        },
      )
      sent.on('error', failed)
      sent.end(body)
    })
  }

  function post(path, value, headers = {}) {
    const body = Buffer.from(JSON.stringify(value))
    return call(
      'POST',
      path,
      { 'content-type': 'application/json', 'content-length': body.length, ...headers },
      body,
    )
  }

  return {
    next: () => call('GET', '/invocation/next', {}),
    respond: (id, value) => post(`/invocation/${id}/response`, value === undefined ? null : value),
    fail: (id, error) => post(`/invocation/${id}/error`, reportOf(error)),
    initError(error) {
      const report = reportOf(error)
      return post('/init/error', report, { 'lambda-runtime-function-error-type': report.errorType })
    },
    openResponse: (id) => openResponse(`http://${api}${prefix}/invocation/${id}/response`),
  }
}

/** A response sent while it is made; what goes wrong later is told in its trailers. */
function openResponse(url) {
  let started = false
  let done
  let failed
  const finished = new Promise((resolve, reject) => ([done, failed] = [resolve, reject]))
  const stream = request(
    url,
    {
      method: 'POST',
      headers: {
        'lambda-runtime-function-response-mode': 'streaming',
        trailer: 'Lambda-Runtime-Function-Error-Type, Lambda-Runtime-Function-Error-Body',
        'content-type': 'application/octet-stream',
        'transfer-encoding': 'chunked',
      },
    },
    (response) => response.on('end', done).resume(),
  )
  stream.on('error', failed)
  stream.setContentType = (type) => stream.setHeader('content-type', type)
  const write = stream.write.bind(stream)
  stream.write = (chunk, encoding, callback) => {
    const raw = typeof chunk === 'string' || chunk instanceof Uint8Array
    if (!started) {
      started = true
      // oxlint-disable-next-line no-underscore-dangle -- the real client's name for it
      stream._onBeforeFirstWrite?.((part) => write(part))
    }
    return write(raw ? chunk : JSON.stringify(chunk), encoding, callback)
  }
  function fail(error) {
    const report = reportOf(error)
    stream.addTrailers({
      'Lambda-Runtime-Function-Error-Type': report.errorType,
      'Lambda-Runtime-Function-Error-Body': Buffer.from(JSON.stringify(report)).toString('base64'),
    })
    stream.end()
    return finished
  }
  return { stream, finished, fail }
}
