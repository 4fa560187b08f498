import t from 'tap'

import { basePackages } from '../../../../plugin/core/walk/base-packages.ts'

t.test("AWS's bases bring SDK v3 since Node 18 and v2 before", (t) => {
  const now = basePackages('public.ecr.aws/lambda/nodejs:24', 24)
  t.equal(now('@aws-sdk/client-s3'), 'there')
  t.equal(now('@smithy/core'), 'there')
  t.equal(now('aws-sdk'), 'absent')
  t.equal(now('express'), 'absent')
  const old = basePackages('public.ecr.aws/lambda/nodejs:16-arm64', 24)
  t.equal(old('aws-sdk'), 'there')
  t.equal(old('@aws-sdk/client-s3'), 'absent')
  t.equal(basePackages('example.com/node:24', 24)('express'), 'unknown')
  const pinned = basePackages(`public.ecr.aws/lambda/nodejs@sha256:${'0'.repeat(64)}`, 24)
  t.equal(pinned('aws-sdk'), 'absent')
  t.end()
})
