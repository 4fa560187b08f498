import { createServer } from 'node:http'

const prefix = '/2018-06-01/runtime'
/** A report of more than this is cut: nobody reads it. */
const longestReport = 256 * 1024

/**
 * Lambda's Runtime API as far as a function's start needs it. No event is ever handed out, so `next`
 * stays open; extensions may register and wait like the client.
 */
export async function serveRuntimeApi(on: {
  readonly onNext: () => void
  readonly onInitError: (report: string) => void
}): Promise<{ listen: (port: number) => Promise<void> }> {
  const server = createServer(async (request, response) => {
    const path = request.url?.split('?')[0] ?? ''
    if (request.method === 'GET' && path === `${prefix}/invocation/next`) return on.onNext()
    if (path.endsWith('/extension/event/next')) return
    let body = ''
    request.setEncoding('utf8')
    for await (const text of request) if (body.length < longestReport) body += String(text)
    if (path === `${prefix}/init/error`) on.onInitError(body)
    const identifier = path.endsWith('/extension/register')
      ? { 'lambda-extension-identifier': '00000000-0000-0000-0000-000000000000' }
      : {}
    response.writeHead(202, { 'content-type': 'application/json', ...identifier })
    response.end('{"status":"OK"}')
  })
  server.requestTimeout = 0
  return {
    listen: (port) =>
      new Promise((resolve, reject) => {
        server.once('error', reject)
        server.listen(port, '127.0.0.1', resolve)
      }),
  }
}
