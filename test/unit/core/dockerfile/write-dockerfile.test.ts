import t from 'tap'

import { readStages } from '../../../../plugin/core/dockerfile/read-stages.ts'
import {
  type ImageDescription,
  writeDockerfile,
} from '../../../../plugin/core/dockerfile/write-dockerfile.ts'

const plain: ImageDescription = {
  image: 'db',
  base: 'public.ecr.aws/lambda/nodejs:24',
  nodeVersion: 24,
  manager: 'npm',
  lockfile: 'package-lock.json',
  inputs: [],
  rebuild: [],
  takesArchitecture: true,
  ownScripts: [],
  omit: [],
  beside: [],
}

const described: Readonly<Record<string, Partial<ImageDescription>>> = {
  'packages to compile': {
    rebuild: [
      { name: 'better-sqlite3', compiles: true },
      { name: '@scope/tool', compiles: false },
    ],
    takesArchitecture: false,
    omit: ['openai', '@huggingface/transformers'],
  },
  'packages that fetch for any architecture': {
    rebuild: [{ name: 'ffmpeg-static', compiles: false }],
    inputs: ['.npmrc', 'packages/own/package.json', 'packages/own/index.js'],
    beside: ['fonts', 'model.onnx'],
  },
  'packages that fetch for where they run': {
    rebuild: [{ name: '@prisma/client', compiles: false }],
    takesArchitecture: false,
  },
  'scripts of its own': { ownScripts: ['postinstall'], takesArchitecture: false },
  'patches of its own': { ownScripts: ['patch-package'], takesArchitecture: false },
  'pnpm and an old Node': {
    manager: 'pnpm',
    lockfile: 'pnpm-lock.yaml',
    base: 'public.ecr.aws/lambda/nodejs:18',
    nodeVersion: 18,
    rebuild: [{ name: 'canvas', compiles: true }],
  },
}

const options = {
  file: 'docker/db/Dockerfile',
  platform: 'linux/arm64',
  buildArguments: new Map<string, string>(),
}

for (const [name, more] of Object.entries(described)) {
  t.test(`a Dockerfile for an image with ${name}`, (t) => {
    const text = writeDockerfile({ ...plain, ...more })
    t.matchSnapshot(text)
    const { stages } = readStages(text, options)
    t.match(stages, [{ name: 'dependencies' }, { endsInFunctions: true }])
    t.end()
  })
}

t.test('only what builds for where it runs is emulated', (t) => {
  const platformOf = (more: Partial<ImageDescription>) =>
    readStages(writeDockerfile({ ...plain, ...more }), options).stages[0]?.platform
  const fetches = { rebuild: [{ name: 'a', compiles: false }] }
  t.equal(platformOf(fetches), 'build')
  t.equal(platformOf({ ...fetches, takesArchitecture: false }), 'linux/arm64')
  t.equal(platformOf({ rebuild: [{ name: 'a', compiles: true }] }), 'linux/arm64')
  t.end()
})
