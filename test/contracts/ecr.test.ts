import t from 'tap'

import { startAws } from '../stand-in/aws/index.ts'
import { pushImage, putTag } from '../stand-in/inputs/push-image.ts'
import { ecrContract } from './ecr.ts'

t.test('ECR of the stand-in of AWS', async (t) => {
  const aws = await startAws({ lambdaRules: false })
  t.teardown(() => aws.close())
  await ecrContract(t, {
    environment: aws.environment,
    hasArchive: true,
    put: async (repository, tag) => ({ digest: await pushImage(aws, { repository, tag }) }),
    tag: (repository, digest, tag) => putTag(aws, { repository, digest, tag }),
  })
})
