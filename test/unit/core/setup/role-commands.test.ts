import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import t from 'tap'
import { parse } from 'yaml'

import { roleCommands } from '../../../../plugin/core/setup/role-commands.ts'

const subject = {
  app: 'agent-memory',
  stackPrefix: 'AgentMemory',
  region: 'eu-west-1',
  settings: { repository: 'memories', productionRepository: undefined, keep: 10 },
  gitHub: 'ada/memory',
}

t.test('a command for each environment, with all that the template asks for', async (t) => {
  const file = join(import.meta.dirname, '../../../../docs/aws/deploy-role.yaml')
  const { Parameters } = parse(await readFile(file, 'utf8'))
  const commands = roleCommands(subject).split('\n\n')
  t.equal(commands.length, 3)
  for (const command of commands) {
    const given = [...command.matchAll(/^ {2}([A-Z]\w+)=/gm)].map(([, name = '']) => name)
    for (const name of given) t.ok(name in Parameters, name)
    for (const [name, { Default }] of Object.entries<{ Default?: string }>(Parameters))
      if (Default === undefined) t.ok(given.includes(name), name)
  }
  t.match(commands[0], /stack-name agent-memory-preview-role .*\n {2}--region eu-west-1 /)
  t.match(commands[0], 'BucketPrefix=agentmemorystagingpr ')
  t.match(commands[0], 'GitHubRepositoryId="$(gh api repos/ada/memory --jq .id)"')
  t.match(commands[2], /Environment=production[^]*BucketPrefix=agentmemoryproduction- [^]*=false$/)
})

t.test('what is not as usual is said', (t) => {
  const settings = { repository: 'a', productionRepository: 'b', keep: 3 }
  const text = roleCommands({ ...subject, region: undefined, gitHub: undefined, settings })
  t.match(text, /ProductionRepository=b \\\n {2}KeepImages=3 /)
  t.match(text, 'GitHubOwner=OWNER ')
  t.notMatch(text, '--region')
  t.end()
})
