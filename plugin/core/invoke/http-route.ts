import { ContainerImageError } from '../../errors.ts'

/** A route as API Gateway has it: `/api/{x}/{proxy+}` for Architect's `/api/:x/*`. */
export function gatewayPath(path: string): string {
  return path
    .split('/')
    .map((part) => (part === '*' ? '{proxy+}' : part.replace(/^:(.*)$/, '{$1}')))
    .join('/')
}

/** A path that the route takes, each parameter with its own name as the value. */
export function samplePath(route: string): string {
  return route
    .split('/')
    .map((part) => (part === '*' ? 'proxy' : part.replace(/^:/, '')))
    .join('/')
}

/**
 * The values of a route's parameters in a path.
 * @param path percent-encoded, without a query
 * @throws ContainerImageError COMMAND_INVALID when API Gateway would not take the path to the route
 */
export function pathParameters(route: string, path: string): Readonly<Record<string, string>> {
  const parts = path.split('/')
  const wanted = route.split('/')
  const parameters: Record<string, string> = {}
  const refuse = (): never => {
    throw new ContainerImageError(
      'COMMAND_INVALID',
      `--path ${path} is not a path of the route '${route}'; ${samplePath(route)} is one.`,
    )
  }
  const isCatchall = wanted.at(-1) === '*'
  if (isCatchall ? parts.length < wanted.length : parts.length !== wanted.length) refuse()
  for (const [index, part] of wanted.entries()) {
    const given = parts[index] ?? ''
    if (part === '*') parameters['proxy'] = decode(parts.slice(index).join('/'))
    else if (part.startsWith(':') ? given === '' : given !== part) refuse()
    else if (part.startsWith(':')) parameters[part.slice(1)] = decode(given)
  }
  return parameters
}

/** @throws ContainerImageError COMMAND_INVALID */
export function decode(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch (cause) {
    throw new ContainerImageError(
      'COMMAND_INVALID',
      `--path has '${text}', which is no text in percent-encoding.`,
      { cause },
    )
  }
}
