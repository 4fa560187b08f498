import type { Problem } from '../../errors.ts'
import type { PlannedImage } from '../model.ts'
import type { NeededImages } from './needed-images.ts'

const titles = { node: 'Node', python: 'Python' } as const
const repositories = { node: 'nodejs', python: 'python' } as const

/**
 * The language and version that AWS's base images carry, also behind a mirror's name: of
 * `public.ecr.aws/lambda/python:3.13-arm64` `python`, `3.13`. Of other images nothing is known.
 */
export function languageOfBase(
  reference: string,
): { readonly language: string; readonly version: string } | undefined {
  const [, repository = '', version = ''] =
    /(?:^|\/)lambda\/(nodejs|python|java|dotnet|ruby|go):([\d.]+)/.exec(reference) ?? []
  if (repository === '') return undefined
  return { language: repository === 'nodejs' ? 'node' : repository, version }
}

/**
 * Whether a Dockerfile starts from AWS's image for another language, whose entry script would start
 * that one. A Dockerfile that names its own entry point, or touches Lambda's, may know better.
 */
export function checkBaseLanguage(
  { name, language = 'node' }: Pick<PlannedImage, 'name' | 'language'>,
  text: string,
  { entryPoint }: Pick<NeededImages, 'entryPoint'>,
): Problem | undefined {
  if (entryPoint.kind === 'own') return undefined
  const base = languageOfBase(entryPoint.reference)
  const touchesLambda = /bootstrap|lambda-entrypoint|var\/runtime|var\/lang/.test(text)
  if (base === undefined || base.language === language || touchesLambda) return undefined
  return {
    code: 'BASE_UNFIT',
    message: `docker/${name}/Dockerfile starts from ${entryPoint.reference}, and the functions of '${name}' are written in ${titles[language]}: none of them could be loaded. Write 'FROM public.ecr.aws/lambda/${repositories[language]}:...'.`,
  }
}
