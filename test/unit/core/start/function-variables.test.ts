import t from 'tap'

import { functionVariables } from '../../../../plugin/core/start/function-variables.ts'

const lambda = {
  logicalId: 'GetIndex',
  command: 'http/get-index/index.handler',
  environment: { NAME: 'x', COUNT: 3, TABLE: { Ref: 'Table' }, PATH: '/own', AWS_REGION: 'mars' },
  memory: 1024,
}

t.test("Lambda's own over the template's over the image's", (t) => {
  const { environment, placeholders } = functionVariables(lambda, ['PATH=/bin', 'A=b=c', 'EMPTY'])
  t.match(environment, {
    NAME: 'x',
    COUNT: '3',
    TABLE: 'known-after-deploy',
    PATH: '/own',
    A: 'b=c',
    EMPTY: '',
    AWS_REGION: 'us-east-1',
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '1024',
    AWS_LAMBDA_RUNTIME_API: '127.0.0.1:9001',
    LAMBDA_TASK_ROOT: '/var/task',
    _HANDLER: 'http/get-index/index.handler',
  })
  t.strictSame(placeholders, ['TABLE'])
  t.notOk('HOME' in environment)
  t.end()
})

t.test('without a known memory it has what Lambda gives', (t) => {
  const { memory: _, ...unknown } = lambda
  t.match(functionVariables(unknown, []), {
    environment: { AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '128' },
  })
  t.end()
})
