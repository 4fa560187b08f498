import type { FunctionVerdict } from './lambda-function.ts'
import type { Context } from '../context.ts'
import { AwsFault, isAwsFault } from '../fault.ts'
import { readObject } from '../s3.ts'

/** End of central directory: what a zip without entries begins with. */
const emptyZip = Buffer.from('PK\u0005\u0006')

function refuse(message: string): never {
  throw new AwsFault('InvalidParameterValueException', message)
}

/** A function from a zip in S3; texts from memory of Lambda's API. */
export async function zipFunction(
  properties: Readonly<Record<string, unknown>>,
  context: Context,
): Promise<FunctionVerdict> {
  if (typeof properties['Runtime'] !== 'string' || typeof properties['Handler'] !== 'string')
    refuse(
      'Runtime and Handler are mandatory parameters for functions created with deployment packages.',
    )
  const code = properties['CodeUri']
  if (typeof code === 'string') {
    const [, bucket = '', key = ''] = /^s3:\/\/([^/]+)\/(.+)$/.exec(code) ?? []
    const zip = await readObject(context, { bucket, key }).catch((error: unknown) => {
      if (!isAwsFault(error)) throw error
      refuse(
        `Error occurred while GetObject. S3 Error Code: ${error.code}. S3 Error Message: ${error.message}`,
      )
    })
    if (zip.subarray(0, 4).equals(emptyZip)) refuse('Uploaded file must be a non-empty zip')
    if (zip.subarray(0, 2).toString() !== 'PK')
      refuse('Could not unzip uploaded file. Please check your file, then try to upload again.')
  }
  return { packageType: 'Zip' }
}
