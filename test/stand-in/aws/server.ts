/**
 * The stand-in of AWS as a program: `node test/stand-in/aws/server.ts [folder]`. Prints its
 * environment variables as one line of JSON, then serves until its input ends or it is stopped.
 */
import { startAws } from './index.ts'

const [, , directory] = process.argv
const aws = await startAws(directory === undefined ? {} : { directory })
console.log(JSON.stringify(aws.environment))

let closing = false
function stop(): void {
  if (closing) return
  closing = true
  void aws.close().then(() => process.exit(0))
}
process.stdin.on('end', stop).resume()
process.on('SIGINT', stop).on('SIGTERM', stop)
