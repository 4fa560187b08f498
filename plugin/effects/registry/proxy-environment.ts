type Environment = Readonly<Record<string, string | undefined>>

const names = ['HTTPS_PROXY', 'https_proxy', 'HTTP_PROXY', 'http_proxy']

/** Proxies as `curl`, `npm` and `docker` read them: `proxy:3128` is `http://proxy:3128`. */
export function proxyEnvironment(environment: Environment): Record<string, string | undefined> {
  const completed = names.flatMap((name): (readonly [string, string])[] => {
    const value = environment[name]
    return value === undefined || value === '' || value.includes('://')
      ? []
      : [[name, `http://${value}`]]
  })
  return { ...environment, ...Object.fromEntries(completed) }
}
