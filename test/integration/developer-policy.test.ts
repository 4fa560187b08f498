import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import t from 'tap'

import { developerPolicy, greeterDevelopers } from '../stand-in/aws/iam/developer-policy.ts'
import { isAllowed } from '../stand-in/aws/iam/policy.ts'
import { wishesOf } from '../stand-in/aws/iam/wishes.ts'
import { runArcImages } from '../stand-in/harness/arc-images.ts'
import { openImageApp } from '../stand-in/inputs/image-app.ts'

t.setTimeout(120_000)

/** What other commands than those of this test call. */
const ofOthers = new Set([
  // Asked of IAM only where there are values that are encrypted.
  'kms:Decrypt',
  'lambda:InvokeFunction',
  'logs:GetQueryResults',
  'logs:StartQuery',
])

t.test('developers sync and read logs with this policy, and need all of it', async (t) => {
  const { statements } = developerPolicy(greeterDevelopers)
  let mayDoAll = true
  const app = await openImageApp({
    aws: { mayDo: (wish) => mayDoAll || isAllowed(statements, wish) },
  })
  t.teardown(() => app.close())
  const deployed = await app.deploy({ args: ['deploy', '--no-hydrate', '--name', 'PR5'] })
  t.equal(deployed.exitCode, 0, deployed.output)
  mayDoAll = false
  const calls = app.aws.journal.length
  const requests = app.aws.registry.journal.length

  const work = async (...args: string[]) => {
    const { exitCode, stdout, stderr } = await runArcImages(app, [...args, '--name', 'PR5'])
    t.equal(exitCode, 0, `${args.join(' ')}: ${stderr}`)
    return stdout
  }
  for (const word of ['one', 'two']) {
    // From another machine: what that has pushed is asked for.
    if (word === 'two') await rm(join(app.cache, 'pushed'), { recursive: true })
    await app.edit('src/http/get-greet-000name/index.mjs', (text) => `${text}//\nlog('${word}')\n`)
    t.match(await work('sync'), 'get /greet/:name  new image of small')
  }
  await work('plan')
  const functionName =
    app.aws.stack('GreeterStagingPR5')?.deployment.functions['GetGreetNameHTTPLambda']?.functionName
  app.aws.writeLog(`/aws/lambda/${functionName}`, [{ timestamp: Date.now(), message: 'hello' }])
  t.match(await work('logs', 'get /greet/:name'), 'hello')

  const asked = wishesOf({
    journal: app.aws.journal.slice(calls),
    registryJournal: app.aws.registry.journal.slice(requests),
  })
  for (const wish of asked)
    t.ok(isAllowed(statements, wish), `${wish.action} on ${wish.resource} is allowed`)
  const used = new Set(asked.map(({ action }) => action))
  const unused = statements
    .flatMap(({ actions }) => actions)
    .filter((action) => !used.has(action) && !ofOthers.has(action))
  t.strictSame(unused, [], 'nothing is allowed that nobody does')

  mayDoAll = true
  const production = await runArcImages(app, ['sync', '--production'])
  t.equal(production.exitCode, 1)
})
