import t from 'tap'

import { repositoryFault } from '../../../../plugin/core/settings/setting-faults.ts'

const account = '999999999999.dkr.ecr.eu-west-1.amazonaws.com'

for (const [address, name] of [
  [`${account}/repo`, 'repo'],
  [`${account}/team/repo:latest`, 'team/repo'],
  [`https://${account}/repo`, 'repo'],
  [`${account}.cn/repo@sha256:${'1'.repeat(64)}`, 'repo'],
  ['999999999999.dkr-ecr.eu-west-1.on.aws/repo', 'repo'],
  ['arn:aws:ecr:eu-west-1:999999999999:repository/team/repo', 'team/repo'],
  ['ghcr.io/me/app', 'me/app'],
  ['localhost:5000/app', 'app'],
  ['repo:latest', 'repo'],
] as const) {
  t.test(`repository ${address}`, (t) => {
    t.match(repositoryFault(address), `is an address. `)
    t.match(repositoryFault(address), `: write '${name}'`)
    t.end()
  })
}

t.test('names, also with dots, and what is neither name nor address', (t) => {
  for (const name of ['my/app', 'my.app/images', 'registry.example.com/app', 'a1'])
    t.equal(repositoryFault(name), undefined, name)
  t.match(repositoryFault('Repo'), /ECR takes/)
  t.match(repositoryFault(account), /is an address/)
  t.notMatch(repositoryFault(account), /write/)
  t.end()
})
