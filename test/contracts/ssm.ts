import type { Test } from 'tap'

import { openCalls } from '../stand-in/assertions/aws-calls.ts'

/**
 * The parameters of Systems Manager as Architect uses them in a deploy: the bucket of an app and what
 * its plugins keep there.
 * @param environment endpoint, region and credentials, as environment variables name them
 */
export async function ssmContract(
  t: Test,
  environment: Readonly<Record<string, string>>,
): Promise<void> {
  const calls = await openCalls(environment)
  const ssm = (action: string, input: Record<string, unknown>) => calls.ssm(action, input)
  const byPath = async (Path: string, more: object = {}): Promise<unknown> =>
    (await ssm('GetParametersByPath', { Path, ...more }))['Parameters']

  await t.test('a path without parameters is no error', async (t) => {
    t.strictSame(await byPath('/app/deploy', { WithDecryption: true }), [])
  })

  await t.test('a secret one is put, read, and put again', async (t) => {
    const parameter = { Name: '/app/deploy/bucket', Type: 'SecureString', Overwrite: true }
    t.equal((await ssm('PutParameter', { ...parameter, Value: 'one' }))['Version'], 1)
    t.equal((await ssm('PutParameter', { ...parameter, Value: 'two' }))['Version'], 2)
    const [found, ...others] = [await byPath('/app/deploy', { WithDecryption: true })].flat()
    t.strictSame(others, [])
    t.match(found, {
      Name: '/app/deploy/bucket',
      Type: 'SecureString',
      Value: 'two',
      Version: 2,
      ARN: /^arn:aws:ssm:us-west-2:\d{12}:parameter\/app\/deploy\/bucket$/,
      DataType: 'text',
    })
  })

  await t.test('a path is not a prefix, and reaches one level down unless told', async (t) => {
    for (const Name of ['/app/deploy/deep/down', '/app/deployed'])
      await ssm('PutParameter', { Name, Type: 'String', Value: 'x' })
    const names = async (more: object = {}): Promise<unknown[]> => {
      const found = await byPath('/app/deploy', more)
      return Array.isArray(found) ? found.map(({ Name }) => Name).toSorted() : []
    }
    t.strictSame(await names(), ['/app/deploy/bucket'])
    t.strictSame(await names({ Recursive: true }), ['/app/deploy/bucket', '/app/deploy/deep/down'])
  })

  await t.test('what is refused', async (t) => {
    const again = { Name: '/app/deployed', Type: 'String', Value: 'y' }
    await t.rejects(ssm('PutParameter', again), { code: 'ParameterAlreadyExists' })
    await t.rejects(ssm('GetParameter', { Name: '/app/none' }), { code: 'ParameterNotFound' })
    await t.rejects(ssm('DeleteParameter', { Name: '/app/none' }), { code: 'ParameterNotFound' })
  })

  await t.test('several are removed, and those that are not there named', async (t) => {
    const Names = ['/app/deployed', '/app/none']
    t.match(await ssm('DeleteParameters', { Names }), {
      DeletedParameters: ['/app/deployed'],
      InvalidParameters: ['/app/none'],
    })
    t.strictSame(await byPath('/app', { Recursive: false }), [])
  })
}
