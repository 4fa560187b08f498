/** The part of a CloudFormation template that this plugin touches. */
interface Template {
  readonly Resources: Record<string, Resource>
}

interface Resource {
  readonly Type: string
  readonly Properties: Readonly<Record<string, unknown>> & {
    Environment?: { Variables?: Record<string, unknown> }
    Policies?: unknown[]
  }
}

/**
 * The example app's own Architect plugin: a bucket for the memories, the right to use it, and its
 * address in `MEMORY_URI`. The bucket outlives its stack, for what is in it; a preview's
 * (`arc deploy --name PR5`) goes with the preview.
 */
function start(input: { cloudformation: Template; stackName: string }): Template {
  const { cloudformation, stackName } = input
  const { Resources: resources } = cloudformation
  const policies = /(Staging|Production)$/.test(stackName) ? retained : {}
  resources['MemoryBucket'] = { ...bucket, ...policies }
  resources['Role']?.Properties.Policies?.push(policy)
  for (const { Type: type, Properties: properties } of Object.values(resources)) {
    if (type !== 'AWS::Serverless::Function') continue
    const variables = properties.Environment?.Variables
    properties.Environment = { Variables: { ...variables, MEMORY_URI: uri } }
  }
  return cloudformation
}

const uri = { 'Fn::Sub': 's3://${MemoryBucket}/memories' }

const retained = { DeletionPolicy: 'Retain', UpdateReplacePolicy: 'Retain' }

const bucket = {
  Type: 'AWS::S3::Bucket',
  Properties: {
    PublicAccessBlockConfiguration: {
      BlockPublicAcls: true,
      BlockPublicPolicy: true,
      IgnorePublicAcls: true,
      RestrictPublicBuckets: true,
    },
  },
}

const policy = {
  PolicyName: 'MemoryBucketPolicy',
  PolicyDocument: {
    Statement: [
      {
        Effect: 'Allow',
        Action: [
          's3:AbortMultipartUpload',
          's3:DeleteObject',
          's3:GetObject',
          's3:ListBucket',
          's3:ListMultipartUploadParts',
          's3:PutObject',
        ],
        Resource: [
          { 'Fn::GetAtt': ['MemoryBucket', 'Arn'] },
          { 'Fn::Sub': '${MemoryBucket.Arn}/*' },
        ],
      },
    ],
  },
}

export default { deploy: { start } }
