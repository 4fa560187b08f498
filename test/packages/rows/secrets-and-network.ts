import type { PackageRow } from '../package-row.ts'
import { compiled } from './compiled.ts'

export const secretsAndNetwork: readonly PackageRow[] = [
  {
    name: 'bcrypt',
    version: '6.0.0',
    handler: `import bcrypt from 'bcrypt'
export const handler = async () => await bcrypt.compare('secret', await bcrypt.hash('secret', 4))`,
    expected: { answers: true },
    usedOnArm: true,
  },
  {
    name: '@node-rs/bcrypt',
    version: '1.10.8',
    handler: `import { hash, verify } from '@node-rs/bcrypt'
export const handler = async () => await verify('secret', await hash('secret', 4))`,
    expected: { answers: true },
    usedOnArm: true,
  },
  {
    name: 'argon2',
    version: '0.45.1',
    handler: `import argon2 from 'argon2'
export const handler = async () => await argon2.verify(await argon2.hash('secret'), 'secret')`,
    expected: { answers: true },
    usedOnArm: true,
  },
  {
    name: 'sodium-native',
    version: '5.1.0',
    handler: `import sodium from 'sodium-native'
export const handler = async () => {
  const hash = Buffer.alloc(sodium.crypto_hash_sha256_BYTES)
  sodium.crypto_hash_sha256(hash, Buffer.from('abc'))
  return hash.toString('hex').slice(0, 8)
}`,
    expected: { answers: 'ba7816bf' },
    usedOnArm: true,
  },
  {
    name: 'ssh2',
    version: '1.17.0',
    handler: `import ssh2 from 'ssh2'
export const handler = async () => ssh2.utils.generateKeyPairSync('ed25519').public.slice(0, 11)`,
    expected: { answers: 'ssh-ed25519' },
    advice: 'Its optional `cpu-features` is left out.',
  },
  {
    name: 'zeromq',
    version: '6.8.0',
    handler: `import { Reply, Request } from 'zeromq'
export const handler = async () => {
  const reply = new Reply()
  await reply.bind('tcp://127.0.0.1:5777')
  const request = new Request()
  request.connect('tcp://127.0.0.1:5777')
  await request.send('42')
  const [message] = await reply.receive()
  return message.toString()
}`,
    expected: { answers: '42' },
    usedOnArm: true,
  },
  {
    name: 'aws-crt',
    version: '1.33.2',
    handler: `import { checksums } from 'aws-crt'
export const handler = async () => checksums.crc32(Buffer.from('123456789')).toString(16)`,
    expected: { answers: 'cbf43926' },
  },
  {
    name: 'aws-sdk',
    version: '2.1693.0',
    handler: `import AWS from 'aws-sdk'
export const handler = async () => new AWS.S3({ region: 'eu-west-1' }).getSignedUrl('getObject', { Bucket: 'pictures', Key: 'k' }).slice(0, 16)`,
    expected: { answers: 'https://pictures' },
    advice: 'Bases of Node 18 and later no longer have it.',
  },
  compiled('@confluentinc/kafka-javascript', '1.10.1', 'Take `kafkajs`, or a Dockerfile.'),
  {
    name: 'bufferutil',
    version: '4.1.0',
    handler: `import { mask } from 'bufferutil'
export const handler = async () => {
  const out = Buffer.alloc(2)
  mask(Buffer.from([1, 2]), Buffer.from([3, 3, 3, 3]), out, 0, 2)
  return [...out]
}`,
    expected: { answers: [2, 1] },
  },
  {
    name: 'newrelic',
    version: '14.5.1',
    handler: `import newrelic from 'newrelic'
export const handler = async () => typeof newrelic.setLambdaHandler`,
    expected: { answers: 'function' },
  },
  {
    name: 'dd-trace',
    version: '6.21.0',
    handler: `import tracer from 'dd-trace'
tracer.init({ startupLogs: false })
export const handler = async () => tracer.trace('use', () => 42)`,
    expected: { answers: 42 },
  },
]
