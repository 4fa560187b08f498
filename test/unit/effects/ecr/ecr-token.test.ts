import t from 'tap'

import type { Aws } from '../../../../plugin/effects/aws/client.ts'
import { createEcrTokens } from '../../../../plugin/effects/ecr/ecr-token.ts'

const hour = 60 * 60 * 1000

function fakeAws(
  answer: (call: number) => Record<string, unknown>,
): Pick<Aws, 'ecr'> & { calls: number } {
  const aws = {
    calls: 0,
    ecr: async () => answer(++aws.calls),
  }
  return aws
}

const tokenOf = (call: number): Record<string, unknown> => ({
  authorizationData: [{ authorizationToken: `token${call}`, expiresAt: (12 * hour) / 1000 }],
})

t.test('one call for all who ask at once, none while it lasts', async (t) => {
  const aws = fakeAws(tokenOf)
  const tokens = createEcrTokens(aws, () => 0)
  t.strictSame(await Promise.all([tokens(false), tokens(false), tokens(true)]), [
    'Basic token1',
    'Basic token1',
    'Basic token1',
  ])
  t.equal(await tokens(false), 'Basic token1')
  t.equal(aws.calls, 1)
})

t.test('another one when it is refused, and shortly before it ends', async (t) => {
  const aws = fakeAws(tokenOf)
  let now = 0
  const tokens = createEcrTokens(aws, () => now)
  t.equal(await tokens(false), 'Basic token1')
  t.equal(await tokens(true), 'Basic token2')
  now = 12 * hour - 6 * 60 * 1000
  t.equal(await tokens(false), 'Basic token2')
  now = 12 * hour - 4 * 60 * 1000
  t.equal(await tokens(false), 'Basic token3')
})

t.test('a failure is told and not kept', async (t) => {
  const aws = fakeAws((call) => {
    if (call === 1) throw new Error('offline')
    return tokenOf(call)
  })
  const tokens = createEcrTokens(aws, () => 0)
  await t.rejects(tokens(false), { message: 'offline' })
  t.equal(await tokens(false), 'Basic token2')
})

t.test('an answer without a token', async (t) => {
  for (const answer of [{}, { authorizationData: [] }, { authorizationData: [{}] }])
    await t.rejects(createEcrTokens(fakeAws(() => answer))(false), { code: 'AWS_FAILED' })
})
