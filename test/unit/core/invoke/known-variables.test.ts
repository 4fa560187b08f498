import t from 'tap'

import { knownVariables } from '../../../../plugin/core/invoke/known-variables.ts'

t.test('what is known without AWS, and what is not', (t) => {
  const given = {
    TEXT: 'a',
    NUMBER: 1,
    FLAG: false,
    EMPTY: '',
    STACK: { Ref: 'AWS::StackName' },
    REGION: { Ref: 'AWS::Region' },
    ROLE: { 'Fn::GetAtt': ['Role', 'Arn'] },
    TABLE: { Ref: 'Table' },
  }
  t.strictSame(knownVariables(given, { stackName: 'AppStaging', region: 'eu-west-1' }), {
    environment: {
      TEXT: 'a',
      NUMBER: '1',
      FLAG: 'false',
      EMPTY: '',
      STACK: 'AppStaging',
      REGION: 'eu-west-1',
    },
    unknown: ['ROLE', 'TABLE'],
  })
  t.end()
})
