import t from 'tap'

import { printDockerfile } from '../../../plugin/actions/dockerfile.ts'
import type { PlannedImage } from '../../../plugin/core/model.ts'
import type { DockerfilePorts } from '../../../plugin/ports/dockerfile.ts'
import { appOf, declare } from '../../fixtures/app-of.ts'

const app = appOf(
  '@app\nmy-app\n@http\nget /\n@container-images\nget / hashes\n@images\nhashes\n  omit left-pad\n',
  [declare('get /', { runtime: 'nodejs22.x', architecture: 'x86_64' })],
)

function portsWith(names: readonly string[], seen: PlannedImage[] = []): DockerfilePorts {
  return {
    imageFolders: async () => ({
      directory: '/app/docker',
      folders: new Map([['hashes', names]]),
      byPnpm: new Set(),
    }),
    ensureLockfile: async (image) => ({ image, created: '/app/docker/hashes/package-lock.json' }),
    async describe(image) {
      seen.push(image)
      return {
        image: image.name,
        base: image.base,
        nodeVersion: image.nodeVersion,
        manager: 'npm',
        lockfile: 'package-lock.json',
        inputs: [],
        rebuild: [{ name: 'bcrypt', compiles: true }],
        takesArchitecture: false,
        ownScripts: [],
        omit: image.settings.omit,
        beside: [],
      }
    },
  }
}

t.test('a Dockerfile for an image as its function would have it', async (t) => {
  const seen: PlannedImage[] = []
  // A Dockerfile that is there already is not asked: this would be another one.
  const ports = portsWith(['Dockerfile', 'package.json'], seen)
  const { text, created } = await printDockerfile(app, 'hashes', ports)
  t.equal(created, '/app/docker/hashes/package-lock.json')
  t.match(seen, [{ architecture: 'x86_64', nodeVersion: 22, definition: { kind: 'package' } }])
  t.match(text, /^ARG BASE=public\.ecr\.aws\/lambda\/nodejs:22$/m)
  t.match(text, /rm -rf .*node_modules\/left-pad/)
})

t.test('what cannot be told is named', async (t) => {
  await t.rejects(printDockerfile(app, 'hash', portsWith([])), {
    code: 'COMMAND_INVALID',
    message: /no image 'hash'.*'hashes'/,
  })
  await t.rejects(printDockerfile(app, 'hashes', portsWith(['README.md'])), {
    code: 'IMAGE_FOLDER_MISSING',
    message: /.*no package\.json, only README\.md/,
  })
})
