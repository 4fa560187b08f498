import { readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'

import { Spec, Validation } from '@cyclonedx/cyclonedx-library'
import t from 'tap'

import { runArcImages } from '../stand-in/harness/arc-images.ts'
import { networkEnvironment } from '../stand-in/harness/network-environment.ts'
import { openImageApp } from '../stand-in/inputs/image-app.ts'
import { skipWithoutJudges, validateSpdx } from './toolchain/judges.ts'

t.setTimeout(300_000)

const environment = { ...networkEnvironment(), CI: 'true' }
const validator = new Validation.JsonStrictValidator(Spec.Version.v1dot6)

interface Component {
  readonly name: string
  readonly purl?: string
  readonly evidence?: { readonly occurrences: readonly { readonly location: string }[] }
}

t.test('bills of materials', { skip: await skipWithoutJudges() }, async (t) => {
  const app = await openImageApp({ aws: { lambdaRules: false } })
  t.teardown(() => app.close())
  await app.edit(
    'src/scheduled/nightly/index.mjs',
    (text) => `import pLimit from 'p-limit'\nconsole.log(pLimit)\n${text}`,
  )
  const sbom = async (...args: readonly string[]) => {
    const run = await runArcImages(app, ['sbom', ...args], environment)
    t.equal(run.exitCode, 0, run.stderr)
    return run
  }

  await t.test('of an embedded image: what is installed, bundled and below', async (t) => {
    const { stdout, stderr, calls } = await sbom('small')
    t.equal(stderr, '')
    t.notMatch(calls.join(), /ecr|lambda|cloudformation/, 'no question to AWS about images')
    t.equal(await validator.validate(stdout), null)
    const { components, compositions } = JSON.parse(stdout)
    const found = new Map(components.map((one: Component) => [one.name, one]))
    t.match(found.get('public.ecr.aws/lambda/nodejs:24'), { purl: /^pkg:oci\/nodejs@sha256:/ })
    t.match(found.get('tiny'), {
      evidence: { occurrences: [{ location: '/var/task/node_modules/tiny' }] },
    })
    for (const bundled of ['p-limit', 'yocto-queue'])
      t.match(found.get(bundled), {
        licenses: [{ license: { id: 'MIT' } }],
        evidence: { occurrences: [{ location: '/var/task/scheduled/nightly/index.cjs' }] },
      })
    t.equal(compositions[0].aggregate, 'complete')
    t.equal((await sbom('small')).stdout, stdout, 'the same bytes again')

    const spdx = (await sbom('small', '--format', 'spdx')).stdout
    t.equal(await validateSpdx(spdx), '')
    t.not(await validateSpdx(spdx.replace('SPDXRef-DOCUMENT', 'DOCUMENT')), '', 'who can refuse')
  })

  await t.test('after a deploy they name its digest', async (t) => {
    const report = join(app.cache, 'report.json')
    const withReport = { ARC_CONTAINER_IMAGES_REPORT: report }
    const deployed = await app.deploy({ environment: withReport })
    t.equal(deployed.exitCode, 0, deployed.output)
    const folder = join(app.cache, 'sbom/')
    const run = await runArcImages(app, ['sbom', '--out', folder], {
      ...environment,
      ...withReport,
    })
    t.equal(run.stdout, `${folder}small-arm64.cdx.json`, run.stderr)
    const { metadata } = JSON.parse(await readFile(join(folder, 'small-arm64.cdx.json'), 'utf8'))
    const [image] = JSON.parse(await readFile(report, 'utf8')).images
    t.equal(`sha256:${metadata.component.hashes[0].content}`, image.imageUri.split('@')[1])
    const tags = await app.tags()
    t.ok(tags.includes(metadata.component.version), 'the tag that was deployed')
  })

  await t.test(
    'of an image that Docker builds: what is known, and that more is in it',
    async (t) => {
      await app.write(
        'docker/small/Dockerfile',
        'FROM public.ecr.aws/lambda/nodejs:24\nRUN dnf install -y jq\nCOPY --from=functions / ${LAMBDA_TASK_ROOT}/\n',
      )
      const { stdout, stderr } = await sbom('small')
      t.match(stderr, /^Image 'small': What the steps of docker\/small\/Dockerfile install/)
      t.equal(await validator.validate(stdout), null)
      const { components, compositions } = JSON.parse(stdout)
      const names = new Set(components.map(({ name }: Component) => name))
      t.notOk(names.has('tiny'), 'whether a step installs it is not known')
      t.ok(names.has('p-limit'), 'what is bundled is')
      t.match(compositions[0], { aggregate: 'incomplete', assemblies: ['image'] })
      t.equal(await validateSpdx((await sbom('small', '--format', 'spdx')).stdout), '')
    },
  )

  await t.test('a folder of the app names itself; an alias is what it stands for', async (t) => {
    await rm(join(app.directory, 'docker/small/Dockerfile'))
    await rm(join(app.directory, 'docker/small/package-lock.json'))
    const dependencies = { alias: 'file:./tiny-1.0.0.tgz', own: 'file:./own' }
    await app.write('docker/small/package.json', JSON.stringify({ dependencies }))
    await app.mkdir('docker/small/own')
    const own = { name: '@mine/own', version: '0.1.0', license: 'UNLICENSED', main: 'index.js' }
    await app.write('docker/small/own/package.json', JSON.stringify(own))
    await app.write('docker/small/own/index.js', 'module.exports = 1')
    await app.edit('src/http/get-greet-000name/index.mjs', (text) =>
      text.replace("'tiny'", "'alias'"),
    )
    const without = await runArcImages(app, ['sbom', 'small'], environment)
    t.match(without, { exitCode: 1, stdout: '', stderr: /small has no lockfile/ })
    const page = join(app.cache, 'page.html')
    const plan = await runArcImages(app, ['plan', '--html', page], environment)
    t.equal(plan.exitCode, 0, plan.stderr)
    t.match(
      await readFile(page, 'utf8'),
      'docker/small has no lockfile, so its packages are not known',
    )

    const deployed = await app.deploy({ environment: networkEnvironment() })
    t.equal(deployed.exitCode, 0, deployed.output)
    const { stdout } = await sbom('small')
    t.equal(await validator.validate(stdout), null)
    const { components } = JSON.parse(stdout)
    t.match(
      components.find(({ name }: Component) => name === 'own'),
      { group: '@mine', version: '0.1.0', licenses: [{ license: { name: 'UNLICENSED' } }] },
    )
    t.match(
      components.find(({ name }: Component) => name === 'tiny'),
      { evidence: { occurrences: [{ location: '/var/task/node_modules/alias' }] } },
    )
  })

  await t.test('calls that cannot be understood', async (t) => {
    for (const [args, message] of [
      [['smal'], /has no image 'smal'\. Did you mean 'small'\?/],
      [['small', '--format', 'swid'], /knows no --format swid; it has cyclonedx and spdx/],
      [['small', 'other'], /takes one image, or none for all/],
    ] as const) {
      const run = await runArcImages(app, ['sbom', ...args], environment)
      t.match(run, { exitCode: 2, stdout: '', stderr: message })
    }
  })
})
