import t from 'tap'

import { startAws } from '../stand-in/aws/index.ts'
import { ssmContract } from './ssm.ts'

t.test('SSM of our stand-in of AWS', async (t) => {
  const aws = await startAws()
  t.teardown(() => aws.close())
  await ssmContract(t, aws.environment)
})
