import type { PackageRow } from '../package-row.ts'
import { compiled } from './compiled.ts'

export const pictures: readonly PackageRow[] = [
  {
    name: 'sharp',
    version: '0.35.5',
    handler: `import sharp from 'sharp'
export const handler = async () => {
  const create = { width: 1, height: 1, channels: 3, background: 'red' }
  const { data, info } = await sharp({ create }).resize(2, 2).raw().toBuffer({ resolveWithObject: true })
  return [info.width, info.height, data[0]]
}`,
    expected: { answers: [2, 2, 255] },
    usedOnArm: true,
  },
  {
    name: '@napi-rs/canvas',
    version: '1.1.1',
    handler: `import { createCanvas } from '@napi-rs/canvas'
export const handler = async () => {
  const context = createCanvas(2, 2).getContext('2d')
  context.fillStyle = '#00ff00'
  context.fillRect(0, 0, 2, 2)
  return [...context.getImageData(1, 1, 1, 1).data]
}`,
    expected: { answers: [0, 255, 0, 255] },
    usedOnArm: true,
  },
  {
    name: '@resvg/resvg-js',
    version: '2.6.2',
    handler: `import { Resvg } from '@resvg/resvg-js'
export const handler = async () => {
  const image = new Resvg('<svg xmlns="http://www.w3.org/2000/svg" width="3" height="2"/>').render()
  return [image.width, image.height, image.asPng().subarray(1, 4).toString()]
}`,
    expected: { answers: [3, 2, 'PNG'] },
    usedOnArm: true,
  },
  compiled('canvas', '3.2.3', 'Take `@napi-rs/canvas`, or a Dockerfile.'),
  compiled('skia-canvas', '3.0.8', 'Take `@napi-rs/canvas`, or a Dockerfile.'),
  {
    name: '@ffmpeg-installer/ffmpeg',
    version: '1.1.0',
    handler: `import { execFileSync } from 'node:child_process'
import ffmpeg from '@ffmpeg-installer/ffmpeg'
export const handler = async () => execFileSync(ffmpeg.path, ['-version']).toString().slice(0, 14)`,
    expected: { answers: 'ffmpeg version' },
    usedOnArm: true,
  },
  {
    name: 'ffmpeg-static',
    version: '5.3.0',
    handler: `import path from 'ffmpeg-static'
export const handler = async () => path`,
    expected: { refused: 'INSTALL_SCRIPT_NEEDED', says: /ffmpeg-static@5\.3\.0.*install/s },
    advice:
      'Its install script downloads the program: take `@ffmpeg-installer/ffmpeg`, or a Dockerfile.',
  },
]
