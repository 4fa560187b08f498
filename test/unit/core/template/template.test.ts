import fc from 'fast-check'
import t from 'tap'

import { checkGlobals, checkRewritten } from '../../../../plugin/core/template/check-template.ts'
import {
  type FunctionRewrite,
  parseTemplate,
  rewriteTemplate,
  type Template,
} from '../../../../plugin/core/template/template.ts'
import { digestOf } from '../../../../plugin/oci/digest.ts'
import { cases, versions } from '../../../fixtures/architect.ts'
import { planOf } from '../../../fixtures/plan-of.ts'

// Set, so that a gate that fails fails again.
fc.configureGlobal({ seed: 1 })

const imageUri = `123456789012.dkr.ecr.us-east-1.amazonaws.com/my-app-lambda-images@sha256:${'1'.repeat(64)}`
const entryPoint = ['/lambda-entrypoint.sh']
const empty = '/app/empty'

async function rewritesOf(name: string, version: string) {
  const { images, template } = await planOf(name, version)
  const rewrites = images.flatMap(({ architecture, functions }) =>
    functions.map(({ logicalId, command }): FunctionRewrite => {
      return { logicalId, command, architecture, imageUri, entryPoint }
    }),
  )
  return { template, rewrites }
}

for (const version of versions) {
  for (const name of cases) {
    t.test(`${name} under Architect ${version}, rewritten`, async (t) => {
      const { template, rewrites } = await rewritesOf(name, version)
      const before = JSON.stringify(template)
      const rewritten = rewriteTemplate(template, rewrites, empty)
      t.equal(JSON.stringify(template), before, 'the given template is as it was')
      t.strictSame(rewriteTemplate(rewritten, rewrites, empty), rewritten, 'twice is once')
      t.strictSame(checkRewritten(rewritten, rewrites), [])
      const flagged = new Set(rewrites.map(({ logicalId }) => logicalId))
      for (const [logicalId, resource] of Object.entries(template.Resources)) {
        if (!flagged.has(logicalId)) t.strictSame(rewritten.Resources[logicalId], resource)
      }
      t.strictSame({ ...rewritten, Resources: {} }, { ...template, Resources: {} })
      t.strictSame(Object.keys(rewritten.Resources), Object.keys(template.Resources))
      const changed = [...flagged].map((logicalId) => [logicalId, rewritten.Resources[logicalId]])
      t.matchSnapshot(JSON.stringify(Object.fromEntries(changed), null, 2))
    })
  }
}

t.test('a function in an image, whole', async (t) => {
  const { template, rewrites } = await rewritesOf('typescript', '12.0.1')
  const { Properties: properties } =
    rewriteTemplate(template, rewrites, empty).Resources['CompactScheduleLambda'] ?? {}
  const { Role: _role, Environment: _environment, ...rest } = properties ?? {}
  t.strictSame(rest, {
    CodeUri: empty,
    Architectures: ['arm64'],
    MemorySize: 1152,
    EphemeralStorage: { Size: 512 },
    Timeout: 5,
    Events: {},
    PackageType: 'Image',
    ImageUri: imageUri,
    ImageConfig: {
      EntryPoint: ['/lambda-entrypoint.sh'],
      Command: ['scheduled/compact/index.handler'],
      WorkingDirectory: '/var/task',
    },
  })
})

const json = fc.jsonValue({ maxDepth: 3 })
const properties = fc.dictionary(
  fc.oneof(
    fc.constantFrom('Runtime', 'Handler', 'Layers', 'InlineCode', 'CodeUri', 'ImageConfig', 'Tags'),
    fc.stringMatching(/^[A-Z][a-z]{2,8}$/),
  ),
  json,
)
const templates = fc.record({
  Transform: fc.constant('AWS::Serverless-2016-10-31'),
  Resources: fc.dictionary(
    fc.stringMatching(/^[A-Z][a-z0-9]{1,6}$/),
    fc.record({ Type: fc.constant('AWS::Serverless::Function'), Properties: properties }),
    { minKeys: 2 },
  ),
  Outputs: fc.dictionary(fc.stringMatching(/^[A-Z][a-z]+$/), json),
})

function anyRewrites(template: Template, seed: number): FunctionRewrite[] {
  return Object.keys(template.Resources)
    .filter((_, index) => (index + seed) % 2 === 0)
    .map((logicalId) => ({
      logicalId,
      command: `events/${logicalId}/index.handler`,
      architecture: 'x86_64',
      imageUri: seed === 0 ? imageUri : { 'Fn::Sub': 'repository:tag' },
      entryPoint,
    }))
}

t.test('properties of any rewrite', (t) => {
  fc.assert(
    fc.property(templates, fc.integer({ min: 0, max: 1 }), (template, seed) => {
      const rewrites = anyRewrites(template, seed)
      const before = structuredClone(template)
      const once = rewriteTemplate(template, rewrites, empty)
      const flagged = new Set(rewrites.map(({ logicalId }) => logicalId))
      const others = (from: Template) =>
        Object.entries(from.Resources).filter(([logicalId]) => !flagged.has(logicalId))
      const differ = [
        [template, before],
        [rewriteTemplate(once, rewrites, empty), once],
        [others(once), others(template)],
        [checkRewritten(once, rewrites), []],
      ].find(([a, b]) => JSON.stringify(a) !== JSON.stringify(b))
      return differ === undefined
    }),
    { numRuns: 200 },
  )
  t.end()
})

t.test('the new template shares nothing with the old one', (t) => {
  const template = {
    Resources: { A: { Type: 'AWS::S3::Bucket', Properties: { Tags: ['a'] } } },
  }
  const rewritten = rewriteTemplate(template, [], empty)
  template.Resources.A.Properties.Tags.push('b')
  t.strictSame(rewritten.Resources['A']?.Properties, { Tags: ['a'] })
  t.end()
})

const rewrite: FunctionRewrite = {
  logicalId: 'Compact',
  command: 'scheduled/compact/index.handler',
  architecture: 'arm64',
  imageUri,
  entryPoint,
}
const zip = { Compact: { Type: 'AWS::Serverless::Function', Properties: { CodeUri: '/src' } } }
const sound = rewriteTemplate({ Resources: zip }, [rewrite], empty)

function damaged(changes: Readonly<Record<string, unknown>>): readonly string[] {
  const { Compact: compact } = sound.Resources
  const kept = { ...compact?.Properties, ...changes }
  const template = {
    Resources: { Compact: { Type: 'AWS::Serverless::Function', Properties: kept } },
  }
  return checkRewritten(template, [rewrite]).map(({ code, message }) => `${code}: ${message}`)
}

t.test('nothing that SAM refuses beside an image is left', (t) => {
  const properties = {
    Runtime: 'nodejs24.x',
    Handler: 'index.handler',
    Layers: [],
    InlineCode: 'x',
    PackageType: 'Zip',
    ImageUri: 'old',
    ImageConfig: { Command: ['old'], Extra: 1 },
  }
  const template = {
    Resources: { Compact: { Type: 'AWS::Serverless::Function', Properties: properties } },
  }
  t.strictSame(rewriteTemplate(template, [rewrite], empty), sound)
  t.end()
})

t.test('what a later plugin undid is named', (t) => {
  const ran =
    "a plugin that ran after container-images changed it. Put 'container-images' below it under @plugins."
  t.strictSame(damaged({}), [])
  t.strictSame(damaged({ Runtime: 'nodejs24.x', PackageType: 'Zip' }), [
    `REWRITE_UNDONE: Resources.Compact.Properties.PackageType is "Zip" and has to be "Image": ${ran}`,
    `REWRITE_UNDONE: Resources.Compact.Properties.Runtime is "nodejs24.x" and has to be absent: ${ran}`,
  ])
  t.strictSame(damaged({ Architectures: undefined }), [
    `REWRITE_UNDONE: Resources.Compact.Properties.Architectures is absent and has to be ["arm64"]: ${ran}`,
  ])
  t.strictSame(damaged({ Architectures: ['arm64', 'x86_64'] }), [
    `REWRITE_UNDONE: Resources.Compact.Properties.Architectures is ["arm64","x86_64"] and has to be ["arm64"]: ${ran}`,
  ])
  t.strictSame(damaged({ ImageConfig: { Command: ['scheduled/compact/index.handler'] } }), [
    `REWRITE_UNDONE: Resources.Compact.Properties.ImageConfig is {"Command":["scheduled/compact/index.handler"]} and has to be {"EntryPoint":["/lambda-entrypoint.sh"],"Command":["scheduled/compact/index.handler"],"WorkingDirectory":"/var/task"}: ${ran}`,
  ])
  t.strictSame(checkRewritten({ Resources: {} }, [rewrite]), [
    {
      code: 'REWRITE_UNDONE',
      message:
        "Resources.Compact is gone: a plugin that ran after container-images removed it. Put 'container-images' below it under @plugins.",
    },
  ])
  t.end()
})

t.test('the order of keys and foreign properties do not matter', (t) => {
  const { ImageConfig: config } = sound.Resources['Compact']?.Properties ?? {}
  const reversed = Object.fromEntries(Object.entries(config ?? {}).toReversed())
  t.strictSame(damaged({ ImageConfig: reversed, Tags: { a: 'b' }, MemorySize: 3008 }), [])
  t.end()
})

t.test('globals that cannot stand beside an image', (t) => {
  const globals = {
    Function: { Runtime: 'nodejs24.x', Layers: [], Timeout: 5, Architectures: ['x86_64'] },
  }
  const problems = checkGlobals({ Resources: {}, Globals: globals })
  t.strictSame(problems, [
    {
      code: 'GLOBALS_UNFIT',
      message:
        'The template\'s Globals.Function.Runtime is "nodejs24.x"; SAM gives it to every function, and it cannot stand beside an image. Find the plugin that sets it, and let it set Runtime on the functions that need it.',
    },
  ])
  t.strictSame(checkRewritten({ ...sound, Globals: globals }, [rewrite]), problems)
  t.strictSame(checkRewritten({ ...sound, Globals: globals }, []), [], 'nothing is in an image')
  t.end()
})

t.test('a function that went away stops the rewrite', (t) => {
  t.throws(() => rewriteTemplate({ Resources: {} }, [rewrite], empty), {
    code: 'FUNCTION_NOT_IN_TEMPLATE',
    message:
      'The template has no resource Compact, which was there when the images were planned. Look for a plugin that removes it.',
  })
  t.end()
})

t.test('what is no template', (t) => {
  for (const value of [undefined, {}, { Resources: [] }, { Resources: { A: {} } }]) {
    t.throws(() => parseTemplate(value), { code: 'TEMPLATE_INVALID' })
  }
  t.end()
})

t.test('the image of a rollback goes into Metadata, beside what others wrote there', (t) => {
  const previous = digestOf('what ran before')
  const Metadata = { Owner: 'me', ContainerImages: { previous: 'older' } }
  const template = { Resources: { Compact: { Type: 'AWS::Serverless::Function', Metadata } } }
  const rewritten = rewriteTemplate(template, [{ ...rewrite, previous }], empty)
  const expected = { Owner: 'me', ContainerImages: { previous } }
  t.strictSame(rewritten.Resources['Compact']?.['Metadata'], expected)
  t.strictSame(checkRewritten(rewritten, [{ ...rewrite, previous }]), [])
  const { Metadata: _, ...bare } = rewritten.Resources['Compact'] ?? { Type: '' }
  t.match(checkRewritten({ Resources: { Compact: bare } }, [{ ...rewrite, previous }]), [
    { code: 'REWRITE_UNDONE', message: /^Resources\.Compact\.Metadata\.ContainerImages is absent/ },
  ])
  const without = rewriteTemplate({ Resources: { Compact: bare } }, [rewrite], empty)
  t.notOk('Metadata' in (without.Resources['Compact'] ?? {}), 'nothing to go back to')
  t.end()
})
