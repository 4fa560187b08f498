/** What decides the text of a Dockerfile for an image that install scripts have to work on. */
export interface ImageDescription {
  readonly image: string
  readonly base: string
  readonly nodeVersion: number
  readonly manager: 'npm' | 'pnpm'
  /** Its name, as `package-lock.json`. */
  readonly lockfile: string
  /** Files and folders of the image's folder that installing reads, beside manifest and lockfile. */
  readonly inputs: readonly string[]
  /** Packages whose scripts have to run, and whether that compiles something. */
  readonly rebuild: readonly { readonly name: string; readonly compiles: boolean }[]
  /** Their scripts take the architecture from `npm_config_arch`, so that any machine can run them. */
  readonly takesArchitecture: boolean
  /** Scripts of the image's own package.json, by name. */
  readonly ownScripts: readonly string[]
  readonly omit: readonly string[]
  /** Files and folders for `/var/task/`, as an embedded image has them. */
  readonly beside: readonly string[]
}

/**
 * A Dockerfile of two stages, in the manner of what one writes by hand: packages are installed and
 * built in the first, and only what they gave goes into the second, with the functions.
 */
export function writeDockerfile(described: ImageDescription): string {
  const { image, base, rebuild, takesArchitecture } = described
  const compiles = rebuild.some((one) => one.compiles)
  const isForeign = !compiles && takesArchitecture
  const where = isForeign
    ? "# Runs on the building machine's own platform: packages are fetched for another, without emulation."
    : "# Runs on the function's platform, on another machine's under emulation: scripts build for where\n# they run."
  return [
    `# Printed by 'arc-images dockerfile ${image}'; from here on it is yours.`,
    `ARG BASE=${base}`,
    '',
    where,
    `FROM ${isForeign ? '--platform=$BUILDPLATFORM ' : ''}\${BASE} AS dependencies`,
    ...(isForeign ? ['ARG TARGETARCH'] : []),
    ...(compiles ? toolchain(described) : []),
    ...(described.manager === 'pnpm' ? ['RUN npm install --global pnpm@10'] : []),
    'WORKDIR /build',
    ...copies(described),
    ...install(described, isForeign),
    '',
    'FROM ${BASE}',
    'COPY --from=dependencies /build/node_modules ${LAMBDA_TASK_ROOT}/node_modules',
    ...described.beside.map((path) => `COPY ${path} \${LAMBDA_TASK_ROOT}/${path}`),
    'COPY --from=functions / ${LAMBDA_TASK_ROOT}/',
    '',
  ].join('\n')
}

/** One argument, a command line of any shape, for bases with another package manager. */
function toolchain({ nodeVersion }: ImageDescription): string[] {
  const manager = nodeVersion < 20 ? 'yum' : 'dnf'
  return [`ARG TOOLCHAIN="${manager} install -y gcc-c++ make python3"`, 'RUN eval "${TOOLCHAIN}"']
}

/** By Node: AWS's bases since nodejs:20 have no `find`. */
function proveNative(name: string): string {
  const files = `fs.readdirSync("node_modules/${name}", { recursive: true })`
  return `node -e 'if (!${files}.some((file) => file.endsWith(".node"))) throw "${name} has no .node file"'`
}

function copies({ lockfile, inputs, ownScripts }: ImageDescription): string[] {
  // An own script may read anything of the folder.
  if (ownScripts.length > 0) return ['COPY . ./']
  const folders = inputs
    .filter((path) => path.includes('/'))
    .map((path) => path.split('/')[0] ?? '')
  const files = inputs.filter((path) => !path.includes('/'))
  return [
    `COPY ${['package.json', lockfile, ...files].join(' ')} ./`,
    ...[...new Set(folders)].map((folder) => `COPY ${folder} ./${folder}`),
  ]
}

const mounts = {
  npm: ['--mount=type=cache,target=/root/.npm', '--mount=type=secret,id=npmrc,target=/root/.npmrc'],
  pnpm: ['--mount=type=secret,id=npmrc,target=/root/.npmrc'],
}

function install(described: ImageDescription, isForeign: boolean): string[] {
  const { manager, rebuild, ownScripts, omit } = described
  const dev = ownScripts.length > 0
  const platform = isForeign ? ' --os=linux --cpu="$cpu" --libc=glibc' : ''
  const tool =
    manager === 'npm'
      ? `npm ci${dev ? '' : ' --omit=dev'} --ignore-scripts --no-audit --no-fund${platform}`
      : `pnpm install --frozen-lockfile${dev ? '' : ' --prod'} --ignore-scripts --config.node-linker=hoisted${platform}`
  const names = rebuild.map(({ name }) => name).join(' ')
  const target = isForeign
    ? 'npm_config_platform=linux npm_config_arch="$cpu" npm_config_libc=glibc '
    : ''
  const natives = rebuild.filter(({ compiles }) => compiles)
  const prune = manager === 'npm' ? 'npm prune --omit=dev' : 'pnpm prune --prod'
  const steps = [
    tool,
    ...(names === ''
      ? []
      : [`${target}npm rebuild --ignore-scripts=false --foreground-scripts ${names}`]),
    ...natives.map(({ name }) => proveNative(name)),
    ...ownScripts.map((name) =>
      name === 'patch-package' ? 'npx --no patch-package' : `npm run ${name}`,
    ),
    ...(dev ? [`${prune} --ignore-scripts`] : []),
    `rm -rf ${['node_modules/.bin', ...omit.map((name) => `node_modules/${name}`)].join(' ')}`,
  ]
  const cpu = isForeign ? ['cpu=$TARGETARCH; if [ "$cpu" = amd64 ]; then cpu=x64; fi; \\'] : []
  return [
    "# A private registry: 'secret id=npmrc,src=.npmrc' in @images.",
    ...mounts[manager].map((mount, index) => `${index === 0 ? 'RUN ' : '    '}${mount} \\`),
    ...cpu.map((line) => `    ${line}`),
    `    ${steps.join(' && \\\n    ')}`,
  ]
}
