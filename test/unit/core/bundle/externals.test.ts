import t from 'tap'

import {
  externalPattern,
  installedPackages,
  isAwsSdk,
  packageOf,
} from '../../../../plugin/core/bundle/externals.ts'

t.test('the package of a specifier', (t) => {
  t.equal(packageOf('left-pad'), 'left-pad')
  t.equal(packageOf('left-pad/lib/x.js'), 'left-pad')
  t.equal(packageOf('@lancedb/lancedb'), '@lancedb/lancedb')
  t.equal(packageOf('@lancedb/lancedb/embedding'), '@lancedb/lancedb')
  for (const other of [
    './a',
    '../a',
    '/a',
    'node:fs',
    'C:\\a',
    'https://a/b',
    '@scope',
    '#alias',
    '',
  ]) {
    t.equal(packageOf(other), undefined, other)
  }
  t.end()
})

t.test('externals match with their subpaths and nothing else', (t) => {
  const pattern = externalPattern(['sharp', '@lancedb/lancedb', '@img/*'])
  const outside = ['sharp', 'sharp/lib', '@lancedb/lancedb', '@img/sharp-linux-arm64', 'aws-sdk']
  for (const name of outside) t.match(name, pattern, name)
  for (const name of ['aws-sdk/clients/s3', '@aws-sdk/client-s3', '@smithy/core']) {
    t.match(name, pattern, name)
  }
  for (const name of ['sharper', 'my-sharp', '@lancedb/lancedb-x', '@imgs/x', 'aws-sdk-mock']) {
    t.notMatch(name, pattern, name)
  }
  t.end()
})

t.test('a dot in a name is a dot', (t) => {
  t.notMatch('socketxio', externalPattern(['socket.io']))
  t.end()
})

t.test('the AWS SDK', (t) => {
  for (const name of ['aws-sdk', 'aws-sdk/x', '@aws-sdk/client-s3', '@smithy/core']) {
    t.ok(isAwsSdk(name), name)
  }
  for (const name of ['@aws-lite/client', 'aws-sdk-x', '@aws-sdk']) t.notOk(isAwsSdk(name), name)
  t.end()
})

t.test('what an image installs', (t) => {
  const manifest = {
    dependencies: { a: '1' },
    optionalDependencies: { b: '1' },
    devDependencies: { c: '1' },
  }
  t.strictSame(installedPackages(manifest), ['a', 'b'])
  t.strictSame(installedPackages({}), [])
  t.strictSame(installedPackages(undefined), [])
  t.end()
})
