const hosts: Readonly<Record<string, string>> = {
  github: 'github.com',
  gitlab: 'gitlab.com',
  bitbucket: 'bitbucket.org',
}

/**
 * Host and path of a git repository, as package.json and lockfiles name it: `ada/a`,
 * `github:ada/a#main`, `git+ssh://git@github.com/ada/a.git#<commit>`, `git@github.com:ada/a.git`.
 */
export function gitRepository(specifier: string): string | undefined {
  const [plain = ''] = specifier.split('#')
  const [, short, own] = /^(?:(github|gitlab|bitbucket):)?([\w.-]+\/[\w.-]+)$/.exec(plain) ?? []
  if (own !== undefined) return `${hosts[short ?? 'github']}/${withoutGit(own)}`
  const url = plain.replace(/^git\+/, '')
  const [, host, path] =
    /^[a-z]+:\/\/(?:[^/@]*@)?([^/:]+)(?::\d+)?[/:](.+)$/.exec(url) ??
    /^[^/@]+@([^/:]+):(.+)$/.exec(url) ??
    []
  return host === undefined || path === undefined ? undefined : `${host}/${withoutGit(path)}`
}

function withoutGit(path: string): string {
  return path.replace(/\.git$/, '').toLowerCase()
}
