import t from 'tap'

import {
  lint,
  lintWorkflows,
  skipWithoutJudges,
  startMoto,
  translateSam,
} from './toolchain/judges.ts'

// A first run installs them.
t.setTimeout(600_000)

const digest = `sha256:${'4f'.repeat(32)}`
const repository = '123456789012.dkr.ecr.us-west-2.amazonaws.com/app'
const template = {
  AWSTemplateFormatVersion: '2010-09-09',
  Transform: 'AWS::Serverless-2016-10-31',
  Resources: {
    Index: {
      Type: 'AWS::Serverless::Function',
      Properties: {
        PackageType: 'Image',
        ImageUri: `${repository}@${digest}`,
        Architectures: ['arm64'],
        ImageConfig: {
          EntryPoint: ['/lambda-entrypoint.sh'],
          Command: ['http/get-index/index.handler'],
          WorkingDirectory: '/var/task',
        },
        Timeout: 5,
      },
    },
  },
}

const skip = await skipWithoutJudges()

t.test('aws-sam-translator', { skip }, async (t) => {
  t.match(await translateSam(template), {
    Resources: {
      Index: {
        Type: 'AWS::Lambda::Function',
        Properties: {
          PackageType: 'Image',
          Code: { ImageUri: `${repository}@${digest}` },
          ImageConfig: template.Resources.Index.Properties.ImageConfig,
          Architectures: ['arm64'],
        },
      },
      IndexRole: { Type: 'AWS::IAM::Role' },
    },
  })
  const without = structuredClone(template)
  Reflect.deleteProperty(without.Resources.Index.Properties, 'ImageUri')
  await t.rejects(translateSam(without), /ImageUri/)
})

t.test('cfn-lint', { skip }, async (t) => {
  const translated = await translateSam(template)
  t.strictSame(await lint(translated), [])
  const wrong = await translateSam({
    ...template,
    Resources: {
      Index: {
        ...template.Resources.Index,
        Properties: { ...template.Resources.Index.Properties, Timeout: 901 },
      },
    },
  })
  t.match(await lint(wrong), [
    { rule: 'E3717', level: 'Error', path: 'Resources.Index.Properties.Timeout' },
  ])
})

t.test('moto', { skip }, async (t) => {
  const moto = await startMoto()
  t.teardown(() => moto.close())
  const ask = async (action: string, body: unknown): Promise<unknown> => {
    const answer = await moto.ask('ecr', {
      headers: {
        'content-type': 'application/x-amz-json-1.1',
        'x-amz-target': `AmazonEC2ContainerRegistry_V20150921.${action}`,
      },
      body: JSON.stringify(body),
    })
    return JSON.parse(answer)
  }
  const describe = (): Promise<unknown> => ask('DescribeRepositories', { repositoryNames: ['app'] })
  await t.rejects(describe(), /400 .*RepositoryNotFoundException/)
  await ask('CreateRepository', { repositoryName: 'app', imageTagMutability: 'IMMUTABLE' })
  t.match(await describe(), {
    repositories: [
      { repositoryName: 'app', repositoryUri: repository, imageTagMutability: 'IMMUTABLE' },
    ],
  })
})

t.test('actionlint', { skip: await skipWithoutJudges('actionlint') }, async (t) => {
  const workflow = (runsOn: string): string =>
    `on: push\njobs:\n  test:\n    ${runsOn}\n    steps:\n      - run: npm test\n`
  const folder = t.testdir({
    'right.yml': workflow('runs-on: ubuntu-latest'),
    'wrong.yml': workflow('runs_on: ubuntu-latest'),
  })
  t.equal(await lintWorkflows([`${folder}/right.yml`]), '')
  t.match(await lintWorkflows([`${folder}/wrong.yml`]), /"runs_on"/)
})
