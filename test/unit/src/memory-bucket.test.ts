import t from 'tap'

import plugin from '../../../src/plugins/memory-bucket.ts'

t.test('a private bucket, the right to use it, and its address for every function', async (t) => {
  const role = { Type: 'AWS::IAM::Role', Properties: { Policies: [] as unknown[] } }
  const cloudformation = {
    Resources: {
      Role: role,
      Compact: {
        Type: 'AWS::Serverless::Function',
        Properties: { Environment: { Variables: { ARC_ENV: 'staging' } } },
      },
      Table: { Type: 'AWS::DynamoDB::Table', Properties: {} },
    },
  }
  const { Resources: resources } = plugin.deploy.start({
    cloudformation,
    stackName: 'AgentMemoryStaging',
  })
  const uri = { 'Fn::Sub': 's3://${MemoryBucket}/memories' }
  t.strictSame(resources['Compact']?.Properties.Environment, {
    Variables: { ARC_ENV: 'staging', MEMORY_URI: uri },
  })
  t.strictSame(resources['Table']?.Properties, {})
  t.match(resources['MemoryBucket'], {
    Type: 'AWS::S3::Bucket',
    DeletionPolicy: 'Retain',
    Properties: { PublicAccessBlockConfiguration: { RestrictPublicBuckets: true } },
  })
  t.match(role.Properties.Policies, [{ PolicyName: 'MemoryBucketPolicy' }])
})

t.test('the bucket of a preview goes with it', (t) => {
  const policyIn = (stackName: string) => {
    const { Resources: resources } = plugin.deploy.start({
      cloudformation: { Resources: {} },
      stackName,
    })
    return Reflect.get(Object(resources['MemoryBucket']), 'DeletionPolicy')
  }
  t.equal(policyIn('AgentMemoryStagingPR5'), undefined)
  t.equal(policyIn('AgentMemoryStaging'), 'Retain')
  t.equal(policyIn('AgentMemoryProduction'), 'Retain')
  t.end()
})
