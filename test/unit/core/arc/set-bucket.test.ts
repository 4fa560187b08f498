import t from 'tap'

import { setBucket } from '../../../../plugin/core/arc/set-bucket.ts'

const cases = {
  'no @aws': ['@app\na\n', '@app\na\n\n@aws\nbucket b-1\n'],
  '@aws in the middle': [
    '@app\na\n\n@aws # where\nregion us-west-2\n\n@http\nget /\n',
    '@app\na\n\n@aws\nbucket b-1\nregion us-west-2\n\n@http\nget /\n',
  ],
  'another bucket': ['@aws\nregion r\nbucket other\n', '@aws\nbucket b-1\nregion r\n'],
  '@aws at the end': ['@app\na\n@aws\nregion r', '@app\na\n@aws\nbucket b-1\nregion r'],
}

for (const [name, [before = '', after = '']] of Object.entries(cases))
  t.test(name, (t) => {
    t.equal(setBucket(before, 'b-1'), after)
    t.equal(setBucket(after, 'b-1'), after, 'twice is once')
    t.end()
  })
