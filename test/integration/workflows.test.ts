import {
  chmod,
  cp,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rm,
  symlink,
  writeFile,
} from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { execa } from 'execa'
import t from 'tap'

import { type JobRun, runJob } from '../stand-in/github/actions/run-job.ts'
import { readJobs } from '../stand-in/github/actions/workflow.ts'
import { startAws } from '../stand-in/aws/index.ts'
import { openCalls } from '../stand-in/assertions/aws-calls.ts'
import { pushBaseImage } from '../stand-in/inputs/base-image.ts'
import { startGitHub } from '../stand-in/github/api.ts'
import { startRegistry } from '../stand-in/registry/index.ts'
import { cacheFolder } from './toolchain/cache-folder.ts'

// LanceDB's packages for arm64.
t.setTimeout(900_000)

const root = join(import.meta.dirname, '../..')
const work = await mkdtemp(join(tmpdir(), 'workflows-'))
const checkout = join(work, 'repository')
const bases = await startRegistry()
await pushBaseImage({ registry: bases })
const aws = await startAws({ baseRegistry: bases, pollsUntilSettled: 0 })
const gitHub = await startGitHub('ada/memory')
const calls = await openCalls(aws.environment)
t.teardown(async () => {
  await Promise.all([aws.close(), bases.close(), gitHub.close()])
  await rm(work, { recursive: true, force: true })
})

/** A checkout of the repository as it is, without what git ignores. */
const listed = await execa(
  'git',
  ['ls-files', '-z', '--cached', '--others', '--exclude-standard'],
  {
    cwd: root,
  },
)
for (const path of new Set(
  listed.stdout.split('\0').filter((file) => !/^(node_modules)?$/.test(file)),
)) {
  await mkdir(dirname(join(checkout, path)), { recursive: true })
  await cp(join(root, path), join(checkout, path)).catch(() => undefined)
}

await symlink(join(root, 'node_modules'), join(checkout, 'node_modules'))

/** STAND-IN of GitHub's `gh`: the numbers of the open pull requests, as its --jq would print them. */
const gh = join(work, 'bin/gh')
await mkdir(dirname(gh))
await writeFile(gh, '#!/bin/sh\ncat "$STAND_IN_OPEN"\n')
await chmod(gh, 0o755)
const openNumbers = join(work, 'open')

const actions = [
  'actions/checkout',
  'actions/setup-node',
  'actions/upload-artifact',
  'aws-actions/configure-aws-credentials',
  'crazy-max/ghaction-github-runtime',
  'docker/setup-buildx-action',
]

/** Expressions that a workflow may use. Any other one fails the test. */
function expressions(number: number): Readonly<Record<string, string>> {
  return {
    'github.event.pull_request.number': String(number),
    'github.repository': 'ada/memory',
    'github.token': gitHub.token,
    'vars.AWS_BOUNDARY': '',
  }
}

async function run(file: string, name: string, number = 5): Promise<JobRun> {
  const job = (await readJobs(file))[name]
  if (job === undefined) throw new Error(`${file} has no job '${name}'.`)
  // Its packages are linked from here: installing them again takes minutes and shows nothing new.
  const steps = job.steps.filter((step) => step.run !== 'npm ci')
  return await runJob(
    { ...job, steps },
    {
      directory: checkout,
      environment: {
        ...aws.environment,
        ARC_CONTAINER_IMAGES_CACHE: join(cacheFolder(), 'plugin-cache'),
        GITHUB_API_URL: gitHub.api,
        GITHUB_REPOSITORY: 'ada/memory',
        PATH: `${dirname(gh)}:${dirname(process.execPath)}:${process.env['PATH'] ?? ''}`,
        STAND_IN_OPEN: openNumbers,
      },
      expressions: expressions(number),
      conditions: {
        "hashFiles('docker/*/Dockerfile') != ''": false,
        "vars.AWS_DEPLOYMENT_BUCKET != ''": false,
      },
      actions,
    },
  )
}

async function edit(path: string, change: (text: string) => string): Promise<void> {
  const file = join(checkout, path)
  await writeFile(file, change(await readFile(file, 'utf8')))
}

/** Of the previews. */
const repository = 'agent-memory-lambda-images-preview'
const comments = () => gitHub.comments.get(5)?.map(({ body }) => body) ?? []
const lastRow = () =>
  comments()[0]
    ?.split('\n')
    .find((line) => line.startsWith('| `lancedb`'))
const tags = async () => [...(await aws.registry.tags(repository)).keys()]

t.test('main goes to staging', async (t) => {
  const { outcomes, log, summary, output } = await run('deploy.yml', 'staging')
  t.equal(outcomes['deploy'], 'success', log)
  t.equal(aws.stack('AgentMemoryStaging')?.status, 'CREATE_COMPLETE')
  t.match(summary, '### Deployed `AgentMemoryStaging`')
  t.match(output, /^url=https:\/\/\S+\.execute-api\.us-west-2\.amazonaws\.com\n$/)
  t.equal(gitHub.journal.length, 0, 'no pull request, no comment')
})

t.test('a pull request is opened: a stack and a repository of its own, one comment', async (t) => {
  const before = aws.registry.journal.length
  const { outcomes, log, output, summary } = await run('deploy-pr.yml', 'deploy')
  t.strictSame(new Set(Object.values(outcomes)), new Set(['success', 'skipped']), log)
  t.equal(aws.stack('AgentMemoryStagingPR5')?.status, 'CREATE_COMPLETE')
  const sent = aws.registry.journal
    .slice(before)
    .filter(({ path, method }) => method !== 'GET' && path.includes('/blobs/'))
  t.ok(
    sent.length > 0 && sent.every(({ path }) => path.startsWith(`/v2/${repository}/`)),
    'nothing goes to the repository of staging',
  )
  t.equal(comments().length, 1)
  t.match(
    comments()[0],
    /^<!-- arc-images: AgentMemoryStagingPR5 -->\n\n### Deployed `AgentMemoryStagingPR5`\n\n<https:\/\/\S+>\n\n\| image \| functions \| size \| against `AgentMemoryStaging` \| sent \|\n/,
  )
  t.match(
    lastRow(),
    /^\| `lancedb` arm64 \| `http any \/api\/streams\/:workspaceId\/:agentId\/:secret`<br>`scheduled compact` \| \d+ MB \| same \| \d+ MB \|$/,
  )
  t.match(comments()[0], /\n\nTook (\d+ min )?\d+ s\.$/)
  t.equal(summary, `${comments()[0]}\n`)
  t.match(output, /^url=https:/)
  // oxlint-disable-next-line no-control-regex
  t.notMatch(summary, /\x1b/)
})

t.test('pushed to: the comment is changed in place and tells the difference', async (t) => {
  const before = await tags()
  await edit(
    'src/scheduled/compact/index.ts',
    (text) => `${text}\nconsole.log('compacting: ${'x'.repeat(3000)}')\n`,
  )
  const { outcomes, log } = await run('deploy-pr.yml', 'deploy')
  t.equal(outcomes['deploy'], 'success', log)
  t.equal(comments().length, 1)
  t.match(lastRow(), /\| \d+ MB \| \+\d+ B \| \d+ kB \|$/)
  t.ok((await tags()).length > before.length)
  t.equal(aws.stack('AgentMemoryStagingPR5')?.status, 'UPDATE_COMPLETE')
})

t.test('pushed to with nothing changed: nothing is built or sent', async (t) => {
  const before = await tags()
  const { outcomes, log } = await run('deploy-pr.yml', 'deploy')
  t.equal(outcomes['deploy'], 'success', log)
  t.match(lastRow(), /\| \+\d+ B \| nothing \|$/)
  t.match(log, /lancedb \(arm64\): unchanged, \d+ MB; nothing sent/)
  t.strictSame(await tags(), before)
})

t.test('a value that define needs is missing: it fails before anything is built', async (t) => {
  const [before, updated] = [await tags(), aws.stack('AgentMemoryStagingPR5')?.updated]
  const manifest = await readFile(join(checkout, 'app.arc'), 'utf8')
  await edit('app.arc', (text) => text.replace('@images\n', '@images\ndefine API_BASE_URL\n'))
  const { outcomes, log, summary } = await run('deploy-pr.yml', 'deploy')
  await writeFile(join(checkout, 'app.arc'), manifest)
  t.equal(outcomes['deploy'], 'failure', log)
  t.match(log, 'DEFINE_VALUE_MISSING')
  t.equal(outcomes['report'], 'success')
  t.match(
    summary,
    '### Could not deploy `AgentMemoryStagingPR5`\n\nThe log of the deploy says why.',
  )
  t.equal(comments().length, 1)
  t.strictSame(await tags(), before)
  t.equal(aws.stack('AgentMemoryStagingPR5')?.updated, updated)
})

t.test('a stack that never came up is taken away before the next deploy', async (t) => {
  const stack = aws.stack('AgentMemoryStagingPR5')
  if (stack !== undefined) stack.status = 'ROLLBACK_COMPLETE'
  const { outcomes, log } = await run('deploy-pr.yml', 'deploy')
  t.equal(outcomes['deploy'], 'success', log)
  t.match(log, 'Deleted stack AgentMemoryStagingPR5')
  t.equal(aws.stack('AgentMemoryStagingPR5')?.status, 'CREATE_COMPLETE')
})

t.test('closed: stack, objects, logs and images go; staging stays as it was', async (t) => {
  const staging = JSON.stringify(aws.stack('AgentMemoryStaging'))
  const bucket = Object.values(aws.stack('AgentMemoryStagingPR5')?.deployment.resources ?? {}).find(
    ({ type }) => type === 'AWS::S3::Bucket',
  )
  await calls.s3('PUT', `/${bucket?.physicalId}/memories/one`, Buffer.from('x'))
  aws.state.logGroups.push('/aws/lambda/AgentMemoryStagingPR5-GetIndexHTTPLambda-1')
  const { outcomes, log } = await run('teardown-pr.yml', 'closed')
  t.equal(outcomes['Delete the stack'], 'success', log)
  t.equal(outcomes['Remove its images'], 'success', log)
  t.equal(aws.stack('AgentMemoryStagingPR5'), undefined)
  t.strictSame(aws.state.logGroups, [])
  t.strictSame(
    Object.keys(aws.state.buckets).filter((name) => name.startsWith('agentmemorystagingpr5')),
    [],
  )
  t.notMatch((await tags()).join('\n'), 'AgentMemoryStagingPR5')
  t.equal(JSON.stringify(aws.stack('AgentMemoryStaging')), staging)
  const deployments = Object.keys(aws.state.buckets).filter((name) =>
    name.includes('cfn-deployments'),
  )
  t.equal(deployments.length, 1, 'which all stacks of the app share')
})

t.test(
  'teardown takes the code of the pull request where main has no arc-images yet',
  async (t) => {
    const look = async () => {
      const { output } = await run('teardown-pr.yml', 'closed', 77)
      return output
    }
    t.match(await look(), /^here=true$/m)
    const manifest = await readFile(join(checkout, 'package.json'), 'utf8')
    await edit('package.json', (text) =>
      text.replaceAll('arc-plugin-container-images', 'something'),
    )
    t.match(await look(), /^here=false$/m)
    await writeFile(join(checkout, 'package.json'), manifest)
  },
)

t.test("packages' own scripts run in no job that may become somebody", async (t) => {
  for (const file of await readdir(join(root, '.github/workflows'))) {
    for (const [name, job] of Object.entries(await readJobs(file))) {
      const installs = job.steps.filter(({ run: script }) =>
        /\bnpm (?:ci|i|install)\b|arc deploy/.test(script ?? ''),
      )
      for (const { name: step, environment } of job.mayBecomeSomebody ? installs : [])
        t.equal(environment['npm_config_ignore_scripts'], 'true', `${file} ${name}: ${step}`)
    }
  }
})

t.test('closed again, or never deployed: no error', async (t) => {
  const { outcomes, log } = await run('teardown-pr.yml', 'closed', 77)
  t.equal(outcomes['Delete the stack'], 'success', log)
  t.match(log, 'There is no stack AgentMemoryStagingPR77')
})

t.test(
  'the scheduled run takes what was missed, and leaves open pull requests alone',
  async (t) => {
    const TemplateBody = JSON.stringify({ Resources: { Table: { Type: 'AWS::DynamoDB::Table' } } })
    for (const number of [6, 7])
      await calls.cloudformation('CreateStack', {
        StackName: `AgentMemoryStagingPR${number}`,
        TemplateBody,
      })
    const old = Date.now() - 2 * 60 * 60 * 1000
    for (const stack of aws.state.stacks) Object.assign(stack, { created: old, updated: old })
    await calls.cloudformation('CreateStack', { StackName: 'AgentMemoryStagingPR8', TemplateBody })
    await writeFile(openNumbers, '7\n')
    const { outcomes, log } = await run('teardown-pr.yml', 'missed')
    t.equal(outcomes['Delete stacks of closed pull requests'], 'success', log)
    t.equal(aws.stack('AgentMemoryStagingPR6'), undefined)
    t.ok(aws.stack('AgentMemoryStagingPR7'), 'it is open')
    t.ok(aws.stack('AgentMemoryStagingPR8'), 'it was made just now')
    t.ok(aws.stack('AgentMemoryStaging'))
    await rm(openNumbers)
    const blind = await run('teardown-pr.yml', 'missed')
    t.equal(blind.outcomes['Delete stacks of closed pull requests'], 'failure')
    t.ok(aws.stack('AgentMemoryStagingPR7'), 'without the list nothing goes')
  },
)

t.test('a fork is told why', async (t) => {
  const { summary } = await run('deploy-pr.yml', 'fork')
  t.match(summary, /^Not deployed\. This pull request comes from a fork/)
})

t.test('a release goes to production with the image that staging made', async (t) => {
  await edit('src/scheduled/compact/index.ts', (text) => text.replace(/\nconsole\.log[^]*$/, ''))
  const before = aws.registry.journal.length
  const { outcomes, log, summary } = await run('deploy.yml', 'production')
  t.equal(outcomes['deploy'], 'success', log)
  t.equal(aws.stack('AgentMemoryProduction')?.status, 'CREATE_COMPLETE')
  t.match(summary, /### Deployed `AgentMemoryProduction`[^]*\| same \| nothing \|/)
  const sent = aws.registry.journal
    .slice(before)
    .filter(({ path, method }) => method !== 'GET' && path.includes('/blobs/'))
  t.strictSame(sent, [])
})

t.test(
  'every workflow file: pinned actions, no credentials kept, no expression in a script',
  async (t) => {
    const folder = join(root, '.github/workflows')
    for (const file of await readdir(folder)) {
      const text = await readFile(join(folder, file), 'utf8')
      t.notMatch(text, 'pull_request_target', file)
      t.match(text, /^permissions:/m, file)
      for (const [line] of text.matchAll(/^.*uses: .*$/gm))
        t.match(line, /uses: [\w.-]+\/[\w.-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/, `${file}: ${line}`)
      const checkouts = text.split('uses: actions/checkout@').slice(1)
      for (const checkout of checkouts)
        t.match(checkout.slice(0, 120), 'persist-credentials: false', file)
      for (const job of Object.values(await readJobs(file)))
        for (const { name, run: script } of job.steps)
          t.notMatch(script ?? '', '${{', `${file}: ${name}`)
    }
  },
)
