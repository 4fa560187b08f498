import t from 'tap'

import { judgeClock } from '../../../../plugin/core/doctor/clock.ts'
import { credentialOrigin } from '../../../../plugin/core/doctor/credential-origin.ts'
import { judgeDisk } from '../../../../plugin/core/doctor/disk.ts'
import { assumedRole, judgePermissions } from '../../../../plugin/core/doctor/needed-permissions.ts'
import { judgeNetworkSettings } from '../../../../plugin/core/doctor/network-settings.ts'

t.test('where credentials come from', (t) => {
  const keys = { AWS_ACCESS_KEY_ID: 'a', AWS_SECRET_ACCESS_KEY: 'b' }
  t.equal(credentialOrigin(keys, undefined, []), 'AWS_ACCESS_KEY_ID')
  t.equal(
    credentialOrigin({ ...keys, AWS_SESSION_TOKEN: 'c' }, undefined, []),
    'AWS_ACCESS_KEY_ID, with a session token',
  )
  const config =
    '[default]\nregion=x\n[profile work]\r\nsso_session = a\n[profile other]\nrole_arn=b'
  const files = ['[default]\naws_access_key_id = x\n', config]
  t.equal(credentialOrigin({}, undefined, files), "profile 'default' (keys)")
  t.equal(credentialOrigin({}, 'work', files), "profile 'work' (SSO)")
  t.equal(credentialOrigin(keys, 'work', files), 'AWS_ACCESS_KEY_ID', 'which goes first')
  t.equal(credentialOrigin({ AWS_PROFILE: 'other' }, undefined, files), "profile 'other' (a role)")
  t.equal(
    credentialOrigin({ AWS_CONTAINER_CREDENTIALS_FULL_URI: 'x' }, undefined, []),
    "the container's role",
  )
  t.equal(credentialOrigin({}, undefined, []), "the machine's role")
  t.end()
})

t.test("AWS's clock and ours", (t) => {
  const now = Date.parse('2026-11-26T12:00:00Z')
  t.strictSame(judgeClock('Thu, 26 Nov 2026 12:00:00 GMT', now).state, 'ok')
  t.match(judgeClock('Thu, 26 Nov 2026 11:58:00 GMT', now), {
    state: 'ok',
    text: '120 s ahead of AWS',
  })
  t.match(judgeClock('Thu, 26 Nov 2026 12:10:00 GMT', now), {
    state: 'stops',
    text: /^600 s behind AWS: .*Set the clock/,
  })
  t.match(judgeClock(undefined, now), { state: 'note' })
  t.end()
})

t.test('room on the disk', (t) => {
  const at = (free: number) => judgeDisk([{ folder: '/tmp', free }]).state
  t.strictSame([5e9, 1e9, 1e8].map(at), ['ok', 'note', 'stops'])
  t.end()
})

t.test('permissions, and whose', (t) => {
  t.equal(judgePermissions(new Map()).state, 'ok')
  t.match(judgePermissions(new Map([['arn:x', ['ecr:PutImage']]])), {
    state: 'stops',
    text: "IAM's simulation does not allow ecr:PutImage on arn:x. Allow it for this role.",
  })
  t.equal(assumedRole('arn:aws-cn:sts::1:assumed-role/deploy/me'), 'deploy')
  t.equal(assumedRole('arn:aws:iam::1:user/a'), undefined)
  t.end()
})

t.test('proxies and certificates', (t) => {
  const judge = (environment: Record<string, string>) =>
    judgeNetworkSettings(environment, (file) => file === '/there')
  t.equal(judge({}).text, 'no proxy, no certificates of its own')
  t.match(judge({ HTTPS_PROXY: 'http://p', NODE_EXTRA_CA_CERTS: '/there' }), {
    state: 'ok',
    text: 'HTTPS_PROXY, NODE_EXTRA_CA_CERTS set',
  })
  t.equal(judge({ NODE_EXTRA_CA_CERTS: '/gone' }).state, 'stops')
  t.equal(judge({ NODE_TLS_REJECT_UNAUTHORIZED: '0' }).state, 'note')
  t.end()
})
