import type { ImageSizes } from '../../../plugin/core/contents/compare-sizes.ts'
import type { SizedItem, SizedPart } from '../../../plugin/core/contents/image-sizes.ts'

const kB = 1000
const MB = 1000 * kB

function part(name: SizedPart['part'], items: readonly SizedItem[]): SizedPart {
  return { part: name, bytes: items.reduce((sum, { bytes }) => sum + bytes, 0), items }
}

function item(name: string, bytes: number, inside?: readonly SizedItem[]): SizedItem {
  return { name, bytes, ...(inside !== undefined && { inside }) }
}

/** Names that nobody should be able to run or hide anything with. */
export const hostileNames = [
  '"><img src=x onerror=alert(1)>',
  '</style><script>alert(2)</script>',
  '\u202egnp.exe\u202c',
  '{{constructor}}\'"`${1}',
]

const small = [
  'ms',
  'tslib',
  'lodash',
  'uuid',
  'zod',
  'ajv',
  'semver',
  'yaml',
  'ws',
  'qs',
  'debug',
  'glob',
]

/** An image as a larger app has it, an unchanged one, one that is new, and one with odd names. */
export const sizedImages: readonly ImageSizes[] = [
  {
    name: 'lancedb (arm64)',
    unknown: [],
    parts: [
      part('base', [item('public.ecr.aws/lambda/nodejs:24', 187 * MB)]),
      part('packages', [
        item('@lancedb/lancedb-linux-arm64-gnu', 112 * MB),
        item('apache-arrow', 11.4 * MB),
        item('flatbuffers', 1.3 * MB),
        item('@lancedb/lancedb', 1.1 * MB),
        ...small.map((name, index) => item(name, (index + 1) * 61 * kB)),
      ]),
      part('functions', [
        item('http/any-api-streams-000workspaceId-000agentId-000secret', 5.2 * MB, [
          item('@architect/functions', 3.1 * MB),
          item('own code and files', 1.9 * MB),
          item('p-limit', 0.2 * MB),
        ]),
        item('scheduled/compact', 1.6 * MB, [
          item('own code and files', 1.1 * MB),
          item('@architect/functions', 0.5 * MB),
        ]),
      ]),
      part('other', [item('/var/task/model.onnx', 23 * MB)]),
    ],
    before: [
      part('base', [item('public.ecr.aws/lambda/nodejs:24', 185.5 * MB)]),
      part('packages', [
        item('@lancedb/lancedb-linux-arm64-gnu', 98 * MB),
        item('apache-arrow', 11.4 * MB),
        item('flatbuffers', 1.3 * MB),
        item('@lancedb/lancedb', 1.1 * MB),
        item('moment-with-all-locales', 4.4 * MB),
        ...small.slice(2).map((name, index) => item(name, (index + 3) * 61 * kB)),
      ]),
      part('functions', [
        item('http/any-api-streams-000workspaceId-000agentId-000secret', 6.8 * MB),
        item('scheduled/compact', 1.6 * MB),
      ]),
      part('other', [item('/var/task/model.onnx', 23 * MB)]),
    ],
  },
  {
    name: 'fonts (x86_64)',
    unknown: [
      'What the steps of docker/fonts/Dockerfile install is known only to the built image.',
    ],
    parts: [
      part(
        'functions',
        hostileNames.map((name, index) => item(name, (4 - index) * 40 * kB)),
      ),
    ],
  },
]
