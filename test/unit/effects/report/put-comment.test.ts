import t from 'tap'

import { putComment } from '../../../../plugin/effects/report/put-comment.ts'
import { startGitHub } from '../../../stand-in/github/api.ts'

const gitHub = await startGitHub('owner/app')
t.teardown(() => gitHub.close())
const { api, token, comments } = gitHub
const pullRequest = { api, token, repository: 'owner/app', number: 5 }
const marker = '<!-- arc-images: X -->'

t.test('made once, then changed in place', async (t) => {
  t.equal(await putComment(pullRequest, marker, `${marker}\none`), 'made')
  t.equal(await putComment(pullRequest, marker, `${marker}\ntwo`), 'changed')
  t.match(comments.get(5), [{ body: `${marker}\ntwo` }])
  t.equal(comments.get(5)?.length, 1)
})

t.test('found on a later page; a person who writes the marker changes nothing', async (t) => {
  const user = { type: 'User' } as const
  const talk = Array.from({ length: 230 }, (_, id) => ({ id: 1000 + id, body: marker, user }))
  comments.set(5, [...talk, ...(comments.get(5) ?? [])])
  t.equal(await putComment(pullRequest, marker, `${marker}\nthree`), 'changed')
  t.equal(comments.get(5)?.length, 231)
  t.equal(comments.get(5)?.at(-1)?.body, `${marker}\nthree`)
  t.equal(comments.get(5)?.[0]?.body, marker)
})

t.test('a refusal says what the job lacks, and never the token', async (t) => {
  const wrong = { ...pullRequest, token: 'ghs_wrong' }
  await t.rejects(putComment(wrong, marker, 'x'), {
    code: 'GITHUB_FAILED',
    message: /comments\?per_page=100&page=1: 403 .*not accessible.* needs 'pull-requests: write'/,
  })
  const error = await putComment(wrong, marker, 'x').catch(String)
  t.notMatch(error, 'ghs_wrong')
  const nowhere = { ...pullRequest, api: 'http://127.0.0.1:9' }
  await t.rejects(putComment(nowhere, marker, 'x'), { message: /no answer/ })
})
