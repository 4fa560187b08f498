import type { PlannedImage } from '../model.ts'

/** AWS's own way to start Node, which switches `require` of ES modules off. */
const lambdaEntryPoint = '/lambda-entrypoint.sh'

/**
 * An image whose functions have all that the image itself sets in the environment, which a function's
 * own wins over. Another entry point than AWS's starts Node as it likes, so that nothing is thought
 * to be switched off.
 * @param variables of the image's config: `NAME=value`
 */
export function inServedEnvironment(
  image: PlannedImage,
  variables: readonly string[],
  entryPoint: readonly string[],
): PlannedImage {
  const own = Object.fromEntries(
    variables.map((variable) => {
      const at = variable.indexOf('=')
      return [variable.slice(0, at), variable.slice(at + 1)]
    }),
  )
  const free = { NODE_OPTIONS: '--experimental-require-module --experimental-detect-module' }
  const switches = entryPoint[0] === lambdaEntryPoint ? {} : free
  const functions = image.functions.map((one) => ({
    ...one,
    environment: { ...own, ...one.environment, ...switches },
  }))
  return { ...image, functions }
}
