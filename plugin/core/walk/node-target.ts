/** How Node is started for a function, as far as that decides what its modules find. */
export interface NodeTarget {
  /** `require` may load ES modules; Lambda switches that off. */
  readonly requireModule: boolean
  /** ES syntax makes an ES module of a file whose package says nothing; Lambda switches that off. */
  readonly detectModule: boolean
  /** Folders of NODE_PATH, posix and relative to the image's root; only `require` looks there. */
  readonly nodePath: readonly string[]
  /** `process.env.NODE_ENV`, which packages choose files by; absent when nobody knows it yet. */
  readonly nodeEnv?: { readonly value: string | undefined }
  /** Whether Node itself has a module of that name. */
  readonly isBuiltin: (specifier: string) => boolean
}

/**
 * What Lambda's bootstrap and a function's environment make of Node. Its switches are given only
 * where NODE_OPTIONS does not turn them on; a value that only CloudFormation knows may do so.
 * @param environment `Environment.Variables` of the template
 */
export function nodeTarget(
  nodeVersion: number,
  environment: Readonly<Record<string, unknown>>,
  isBuiltin: NodeTarget['isBuiltin'],
): NodeTarget {
  const { NODE_OPTIONS: options = '', NODE_PATH: path, NODE_ENV: mode } = environment
  const flags = typeof options === 'string' ? new Set(options.split(/\s+/)) : undefined
  const isOn = (flag: string): boolean =>
    flags === undefined || flags.has(`--experimental-${flag}`) || flags.has(`--${flag}`)
  return {
    requireModule: isOn('require-module'),
    detectModule: isOn('detect-module'),
    nodePath: (typeof path === 'string' && path !== '' ? path : lambdaNodePath(nodeVersion))
      .split(':')
      .map((folder) => folder.replace(/^\/+|\/+$/g, '')),
    ...(mode === undefined || typeof mode === 'string' ? { nodeEnv: { value: mode } } : {}),
    isBuiltin,
  }
}

/** As the bootstrap of AWS's images sets it where nothing else is set. */
function lambdaNodePath(nodeVersion: number): string {
  const folders = [`/opt/nodejs/node${nodeVersion}/node_modules`, '/opt/nodejs/node_modules']
  return [...folders, '/var/runtime/node_modules', '/var/runtime', '/var/task'].join(':')
}
