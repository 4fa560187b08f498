import {
  buildArgFault,
  builderNameFault,
  cacheFault,
  contextFault,
  secretFault,
  sshFault,
  targetFault,
} from '../dockerfile/setting-faults.ts'
import type { AppWideSettings, DockerfileSettings, ImageSettings } from '../model.ts'
import { buildArgExposure, defineExposure, type Exposure } from './exposures.ts'
import { defaultRepository } from './default-repository.ts'
import {
  baseFault,
  boundaryFault,
  builderFault,
  includeFault,
  keepFault,
  managedFault,
  layersFault,
  packageFault,
  repositoryFault,
  startCheckFault,
  startChecks,
  variableFault,
  workingDirectoryFault,
} from './setting-faults.ts'

/** A setting of `@images`: what it is called, where it may be, what it takes and what it gives. */
export interface Setting<Value = unknown> {
  /** As it is written in app.arc. */
  readonly name: string
  /** Above all images, indented under one, or either. */
  readonly place: 'app' | 'image' | 'both'
  readonly takes: 'one value' | 'several values'
  /** The builder that has it; absent: both have. */
  readonly builder?: 'embedded' | 'dockerfile'
  /** Its meaning in the table of docs/settings.md, in markdown. */
  readonly description: string
  /** What is wrong with one value and what it should be; `undefined` when nothing is. */
  readonly fault: (value: string) => string | undefined
  /** Where values end readable in the image: what is refused of them and why. */
  readonly exposure?: Exposure
  /** Sound values (none when it was not written) to the field of the model that its row has. */
  readonly read: (values: readonly string[], app: string) => Value
}

/** One row a field. */
export type SettingTable<Fields> = {
  readonly [Field in keyof Fields]-?: Setting<Fields[Field]>
}

const one = { takes: 'one value', read: ([value]: readonly string[]) => value } as const
const several = {
  takes: 'several values',
  read: (values: readonly string[]) => [...new Set(values)],
} as const

/** The settings of the whole app. Of all three tables: nothing else decides what `@images` takes. */
export const appSettings: SettingTable<AppWideSettings> = {
  repository: {
    ...one,
    name: 'repository',
    place: 'app',
    description:
      "The ECR repository of staging and production; default `<app>-lambda-images` in lower case. Previews (`--name`) have `<repository>-preview`. Made when missing, and at each deploy brought to immutable tags, a policy that lets Lambda pull, and a lifecycle policy; others' tags, statements and rules stay.",
    fault: repositoryFault,
    read: ([repository], app) => repository ?? defaultRepository(app),
  },
  productionRepository: {
    ...one,
    name: 'production-repository',
    place: 'app',
    description: 'A repository for production alone; default `repository`, with staging.',
    fault: repositoryFault,
  },
  managed: {
    ...one,
    name: 'managed',
    place: 'app',
    description:
      '`elsewhere` when others look after the repositories: they are checked, and all that is missing is named at once, but nothing is made or changed. Default `here`. The tag `container-images:managed` with the value `elsewhere` says the same of one repository.',
    fault: managedFault,
    read: ([managed]) => (managed === 'elsewhere' ? 'elsewhere' : 'here'),
  },
  boundary: {
    ...one,
    name: 'boundary',
    place: 'app',
    description:
      "A permissions boundary for every role that the stack makes, by the policy's name or ARN: Architect's, SAM's own and other plugins'. `ARC_CONTAINER_IMAGES_BOUNDARY` goes before it. See [AWS setup](aws-setup.md).",
    fault: boundaryFault,
  },
  keep: {
    ...one,
    name: 'keep',
    place: 'app',
    description:
      'How many of the newest images, and of the newest dependency layers, ECR keeps beside what stacks run or would roll back to, which is never removed; default 10.',
    fault: keepFault,
    read: ([keep = '10']) => Number(keep),
  },
}

/** The settings of an image; those whose place is `both` may be written for all images at once. */
export const imageSettings: SettingTable<Omit<ImageSettings, 'dockerfile' | 'places'>> = {
  define: {
    ...several,
    name: 'define',
    place: 'both',
    description:
      "Names of environment variables whose values are fixed into the bundle: the value that the stage's template gives the function, else the shell's. Nothing or an intrinsic is an error; so is a name that looks like a secret.",
    fault: variableFault,
    exposure: defineExposure,
  },
  defineSecret: {
    ...several,
    name: 'define-secret',
    place: 'both',
    description: 'The same for secrets. Whoever can pull the image can read them.',
    fault: variableFault,
  },
  base: {
    ...one,
    name: 'base',
    place: 'image',
    description:
      "The base image; default AWS's Node image of the function's runtime. Quote a value with `@`. One in private ECR is read by the deploy's own credentials, others by docker's logins. For a Dockerfile it is the argument `BASE`.",
    fault: baseFault,
  },
  builder: {
    ...one,
    name: 'builder',
    place: 'image',
    description: '`embedded` or `dockerfile`; see [Two builders](builders.md).',
    fault: builderFault,
    read: ([builder]) => (builder === 'embedded' || builder === 'dockerfile' ? builder : undefined),
  },
  startCheck: {
    ...one,
    name: 'start-check',
    place: 'both',
    description:
      '`on` (default), `strict` or `off`: whether each function is started here, as Lambda starts it, before the stack changes. See [the start check](start-check.md).',
    fault: startCheckFault,
    read: ([value]) => startChecks.find((known) => known === value) ?? 'on',
  },
  external: {
    ...several,
    name: 'external',
    place: 'image',
    description:
      'More packages to leave out of the bundle; those of `docker/<image>/package.json` are left out by themselves.',
    fault: packageFault,
  },
  include: {
    ...several,
    name: 'include',
    place: 'image',
    description:
      "Files of the function's source folder to pack whatever they are: `.env`, keys, and sources that its compiled folder lacks. The rest of the folder is packed by itself.",
    fault: includeFault,
  },
  exclude: {
    ...several,
    name: 'exclude',
    place: 'image',
    description: "Files of the function's folder to leave out: paths or patterns.",
    fault: includeFault,
  },
  workingDirectory: {
    ...one,
    name: 'working-directory',
    place: 'image',
    description:
      "`function`, the folder of the function as in a zip (default), or `task-root`: `/var/task`, for code that was written for an image's layout.",
    fault: workingDirectoryFault,
    read: ([directory]) => (directory === 'task-root' ? directory : undefined),
  },
  omit: {
    ...several,
    name: 'omit',
    place: 'image',
    builder: 'embedded',
    description: 'Packages to leave out of the image, with what only they need.',
    fault: packageFault,
  },
  scriptsNotNeeded: {
    ...several,
    name: 'scripts-not-needed',
    place: 'image',
    builder: 'embedded',
    description:
      'Packages whose install scripts, which do not run, make nothing that the functions use.',
    fault: packageFault,
  },
  bundlePackages: {
    ...several,
    name: 'bundle-packages',
    place: 'image',
    builder: 'embedded',
    description:
      'Packages of `docker/<image>/package.json`, or `all`, whose JavaScript is also put into one file, from which functions load it faster. See [packages of an image](image-packages.md).',
    fault: packageFault,
    read: (names) => (names.length === 0 ? undefined : [...new Set(names)]),
  },
  layers: {
    ...one,
    name: 'layers',
    place: 'both',
    description:
      "What becomes of the functions' Lambda layers, which Lambda refuses beside an image: `include` puts their content into `/opt` (images of a `package.json`), `drop` leaves them out.",
    fault: layersFault,
    read: ([layers]) => (layers === 'include' || layers === 'drop' ? layers : undefined),
  },
}

const dockerfile = { place: 'image', builder: 'dockerfile' } as const

/** The settings of an image that is built from a Dockerfile. */
export const dockerfileSettings: SettingTable<DockerfileSettings> = {
  context: {
    ...one,
    ...dockerfile,
    name: 'context',
    description:
      'The folder that the build sees, from the folder of app.arc; default `docker/<image>/`.',
    fault: contextFault,
  },
  target: {
    ...one,
    ...dockerfile,
    name: 'target',
    description: 'The stage to build; default the last.',
    fault: targetFault,
  },
  buildArgs: {
    ...several,
    ...dockerfile,
    name: 'build-arg',
    description:
      '`NAME=value`, or `NAME`, whose value the environment has. Names that look like secrets are refused.',
    fault: buildArgFault,
    exposure: buildArgExposure,
  },
  secrets: {
    ...several,
    ...dockerfile,
    name: 'secret',
    description:
      '`id=NAME` or `id=NAME,env=VARIABLE`, by the environment, or `id=NAME,src=FILE`: for `RUN --mount=type=secret,id=NAME`.',
    fault: secretFault,
  },
  ssh: {
    ...several,
    ...dockerfile,
    name: 'ssh',
    description: '`default`, or `id=SOCKET`: for `RUN --mount=type=ssh`.',
    fault: sshFault,
  },
  cacheFrom: {
    ...several,
    ...dockerfile,
    name: 'cache-from',
    description: "Build caches in buildx's own words: `type=gha`, `type=registry,ref=...`.",
    fault: cacheFault,
  },
  cacheTo: {
    ...several,
    ...dockerfile,
    name: 'cache-to',
    description: 'Where the build writes its cache, in the same words.',
    fault: cacheFault,
  },
  buildxBuilder: {
    ...one,
    ...dockerfile,
    name: 'buildx-builder',
    description: 'A builder of `docker buildx ls`, such as a remote one.',
    fault: builderNameFault,
  },
}

/** Every setting by its name, in the order of the tables. */
export const settings: ReadonlyMap<string, Setting> = new Map(
  [appSettings, imageSettings, dockerfileSettings]
    .flatMap((table): Setting[] => Object.values(table))
    .map((setting) => [setting.name, setting]),
)
