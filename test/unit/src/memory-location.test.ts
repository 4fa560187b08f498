import t from 'tap'

import { memoryLocation } from '../../../src/shared/memory-location.ts'

t.test('MEMORY_URI decides', async (t) => {
  t.equal(memoryLocation({ MEMORY_URI: 's3://b/p', ARC_SANDBOX: '{"cwd":"/app"}' }), 's3://b/p')
})

t.test('the sandbox has a folder in the project', async (t) => {
  t.equal(memoryLocation({ ARC_SANDBOX: '{"cwd":"/app"}' }), '/app/.agent-memory')
})

t.test('on AWS nothing is kept where it does not last', async (t) => {
  t.throws(() => memoryLocation({ AWS_LAMBDA_FUNCTION_NAME: 'f' }), /MEMORY_URI is not set/)
  t.throws(() => memoryLocation({ ARC_SANDBOX: '{}' }), /MEMORY_URI is not set/)
})
