import type { Problem } from '../../errors.ts'
import { looksSecret } from './looks-secret.ts'

/** What is refused of a value that ends readable in the image. */
export type Exposure = (value: string) => Problem | undefined

export function defineExposure(variable: string): Problem | undefined {
  if (!looksSecret(variable)) return undefined
  const message = `'${variable}' looks like a secret, and whoever can pull the image can read what 'define' puts into it. Read it at run time, or name it under 'define-secret' if its value may be in the image.`
  return { code: 'DEFINE_LOOKS_SECRET', message }
}

export function buildArgExposure(value: string): Problem | undefined {
  const [variable = ''] = value.split('=', 1)
  if (!looksSecret(variable)) return undefined
  const message = `'${variable}' looks like a secret, and whoever can pull the image can read build arguments in its history. Name it under 'secret' and mount it in the RUN that needs it.`
  return { code: 'BUILD_ARG_LOOKS_SECRET', message }
}
