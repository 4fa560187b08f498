import t from 'tap'

import { neededImages } from '../../../../plugin/core/dockerfile/needed-images.ts'
import { readStages } from '../../../../plugin/core/dockerfile/read-stages.ts'

const file = 'docker/img/Dockerfile'

function read(
  text: string,
  options: { readonly target?: string; readonly arguments?: Record<string, string> } = {},
) {
  const platform = 'linux/arm64'
  const buildArguments = new Map(Object.entries(options.arguments ?? {}))
  const stages = readStages(text, { file, platform, buildArguments })
  return neededImages(stages, { file, platform, target: options.target })
}

const several = `# syntax=docker/dockerfile:1
ARG VERSION=24
ARG BASE=public.ecr.aws/lambda/nodejs:\${VERSION}
FROM --platform=$BUILDPLATFORM golang:1.24 AS tools
FROM \${BASE} AS Dependencies
RUN --mount=type=cache,target=/root/.npm --mount=type=bind,from=keys:2,target=/keys \\
    npm ci
FROM tools AS tests
COPY --from=never:1 / /
FROM scratch AS files
COPY --from=0 /a /b
FROM \${BASE} AS final
COPY --from=dependencies /a /b
COPY --from=files / /
COPY --from=functions / \${LAMBDA_TASK_ROOT}/
RUN <<EOF
FROM heredoc:1
COPY --from=heredoc:2 / /
EOF
`

t.test('the images that the last stage needs, and no other', (t) => {
  t.strictSame(read(several), {
    images: [
      { reference: 'public.ecr.aws/lambda/nodejs:24', platform: 'target' },
      { reference: 'keys:2', platform: 'target' },
      { reference: 'golang:1.24', platform: 'any' },
      { reference: 'docker/dockerfile:1', platform: 'any' },
    ],
    takesFunctions: true,
    endsInFunctions: false,
    root: { reference: 'public.ecr.aws/lambda/nodejs:24', platform: 'target' },
    entryPoint: { kind: 'base', reference: 'public.ecr.aws/lambda/nodejs:24' },
  })
  t.end()
})

t.test("whether the functions' files stay as they were handed over", (t) => {
  const ends = (...lines: readonly string[]) =>
    read(['FROM a:1', ...lines].join('\n')).endsInFunctions
  const copy = 'COPY --from=functions / ${LAMBDA_TASK_ROOT}/'
  t.equal(ends('RUN x', copy), true)
  t.equal(ends('COPY --from=functions / /var/task', 'ENV A=b', 'USER me'), true)
  t.equal(ends(copy, 'RUN minify'), false)
  t.equal(ends(copy, 'ADD a b'), false)
  t.equal(ends('COPY --from=functions /http ${LAMBDA_TASK_ROOT}/http'), false)
  t.equal(ends('COPY --from=functions / /src/'), false)
  t.equal(ends(copy, 'FROM a:2'), false)
  t.end()
})

t.test('another target, with an argument of its own', (t) => {
  const { images, takesFunctions } = read(several, {
    target: 'DEPENDENCIES',
    arguments: { VERSION: '22', UNDECLARED: 'x' },
  })
  t.equal(images[0]?.reference, 'public.ecr.aws/lambda/nodejs:22')
  t.notOk(takesFunctions)
  t.end()
})

t.test('one image for two platforms counts as its index', (t) => {
  const both = 'FROM --platform=$BUILDPLATFORM a:1 AS x\nFROM a:1\nCOPY --from=x / /\n'
  t.strictSame(read(both).images, [{ reference: 'a:1', platform: 'any' }])
  const same = 'FROM --platform=$TARGETPLATFORM a:${TARGETARCH}\n'
  t.strictSame(read(same).images, [{ reference: 'a:arm64', platform: 'target' }])
  t.end()
})

t.test('an image that would only be called one of the platform', (t) => {
  const message = (seen: string) =>
    `docker/img/Dockerfile: the image starts from a:1 for ${seen}, and its functions run on linux/arm64. Docker would call it an image for linux/arm64 all the same, and every call would end in 'exec format error'. Remove '--platform' from that FROM.`
  for (const [text, seen] of [
    ['FROM --platform=linux/amd64 a:1\n', 'linux/amd64'],
    ['FROM --platform=$BUILDPLATFORM a:1 AS x\nFROM x\n', "the building machine's platform"],
  ] as const) {
    t.throws(() => read(text), { code: 'DOCKERFILE_INVALID', message: message(seen) })
  }
  t.doesNotThrow(() => read('FROM --platform=linux/amd64 scratch\n'))
  t.doesNotThrow(() => read('FROM --platform=linux/arm64 a:1\n'))
  t.end()
})

t.test('the entry point, where the Dockerfile names one', (t) => {
  const own = 'FROM a:1 AS x\nENTRYPOINT ["/start", "--fast"]\nFROM x\nCMD ["y"]\n'
  t.strictSame(read(own).entryPoint, { kind: 'own', argv: ['/start', '--fast'] })
  const shell = 'FROM a:1\nENTRYPOINT /start --fast\n'
  t.strictSame(read(shell).entryPoint, { kind: 'base', reference: 'a:1' })
  t.end()
})

t.test("variables, by Docker's own rules", (t) => {
  const from = (line: string, before = 'ARG A=one\nARG EMPTY\nARG NONE=\n') =>
    read(`${before}FROM ${line}\n`).images.map(({ reference }) => reference)
  t.strictSame(from('x:$A'), ['x:one'])
  t.strictSame(from('x:${A}'), ['x:one'])
  t.strictSame(from('x:${MISSING:-two}'), ['x:two'])
  t.strictSame(from('x:${NONE:-three}'), ['x:three'])
  t.strictSame(from('x:${A:+four}'), ['x:four'])
  t.strictSame(from('"x:1"', 'ARG B="quoted"\n').length, 1)
  t.strictSame(from('${C}', 'ARG B=b:1\nARG C=${B}\n'), ['b:1'])
  for (const unknown of ['$MISSING', '${EMPTY}', 'x:${A#o}']) {
    t.throws(() => from(unknown), {
      code: 'DOCKERFILE_INVALID',
      message: `docker/img/Dockerfile, line 4: '${unknown}' has a variable without a value. Give its ARG a default, or the value by 'build-arg'.`,
    })
  }
  t.end()
})

t.test('a stage takes a global argument only when it declares it', (t) => {
  const text = (arg: string) =>
    `ARG FROM_IMAGE=tool:1\nFROM a:1\n${arg}\nCOPY --from=$FROM_IMAGE / /\n`
  t.strictSame(read(text('ARG FROM_IMAGE')).images[1]?.reference, 'tool:1')
  t.strictSame(read(text('ARG FROM_IMAGE=own:1')).images[1]?.reference, 'own:1')
  t.throws(() => read(text('')), { code: 'DOCKERFILE_INVALID' })
  t.end()
})

t.test('no such stage, no stage at all', (t) => {
  t.throws(() => read('FROM a:1 AS one\nFROM b:1\n', { target: 'two' }), {
    message: "docker/img/Dockerfile has no stage 'two', which 'target' names; its stages: one.",
  })
  t.throws(() => read('# nothing\n'), { message: 'docker/img/Dockerfile has no FROM. Write one.' })
  t.end()
})
