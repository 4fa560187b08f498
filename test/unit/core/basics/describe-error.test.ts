import t from 'tap'

import { describeError } from '../../../../plugin/core/basics/describe-error.ts'
import { ContainerImageError } from '../../../../plugin/errors.ts'

t.test('one label, no stack, and nothing that cannot be read', (t) => {
  t.equal(
    describeError(new ContainerImageError('SETTING_UNKNOWN', 'app.arc:3: x')),
    'SETTING_UNKNOWN: app.arc:3: x',
  )
  const more =
    '\nThis was not expected: --verbose prints where it comes from, which is what a report of it needs.'
  t.equal(describeError(new TypeError('x is not a function')), `x is not a function${more}`)
  t.equal(describeError(new TypeError()), `TypeError${more}`)
  t.equal(describeError({ statusCode: 403 }), `{"statusCode":403}${more}`)
  t.equal(describeError('text'), `text${more}`)
  t.end()
})
