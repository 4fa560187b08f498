/**
 * What plugin-typescript leaves out of its bundles: LanceDB is native code that esbuild cannot
 * carry, and Lambda's Node brings the AWS SDK that @architect/functions falls back to.
 */
module.exports = {
  external: ['@lancedb/lancedb', 'apache-arrow', '@aws-sdk/*', '@smithy/*', 'aws-sdk', 'aws-sdk/*'],
}
