import { isAwsSdk } from '../bundle/externals.ts'
import type { ShippedTree } from './shipped-tree.ts'

/**
 * What a base brings beside Node itself, as far as it is known without reading its layers. AWS's
 * images have the SDK in NODE_PATH, `/var/runtime/node_modules`: v3 since Node 18, v2 before it.
 */
export function basePackages(base: string, nodeVersion: number): ShippedTree['unlisted'] {
  if (!/^public\.ecr\.aws\/lambda\/nodejs(?![\w/-])/.test(base)) return () => 'unknown'
  const [, version = nodeVersion] = /nodejs:(\d+)/.exec(base) ?? []
  const isOld = Number(version) < 18
  return (name) => {
    if (!isAwsSdk(name)) return 'absent'
    return (name === 'aws-sdk') === isOld ? 'there' : 'absent'
  }
}
