/** CPU names as Lambda writes them. */
export type LambdaArchitecture = 'arm64' | 'x86_64'

/** What the OCI spec calls a platform; Lambda runs Linux only. */
export interface Platform {
  readonly os: 'linux'
  readonly architecture: 'arm64' | 'amd64'
}

export function platformOf(architecture: LambdaArchitecture): Platform {
  return { os: 'linux', architecture: architecture === 'arm64' ? 'arm64' : 'amd64' }
}

/** Of the name that the OCI spec has for it; `undefined` for what Lambda does not run. */
export function lambdaArchitectureOf(architecture: string): LambdaArchitecture | undefined {
  if (architecture === 'arm64') return 'arm64'
  return architecture === 'amd64' ? 'x86_64' : undefined
}

export function formatPlatform(platform: Platform): string {
  return `${platform.os}/${platform.architecture}`
}
