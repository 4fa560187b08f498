import { readFile, writeFile } from 'node:fs/promises'

export const host = '123456789012.dkr.ecr.us-west-2.amazonaws.com'

/** How an image is made, and what the machine has of it. */
export interface Way {
  /** Lines of the image in `@images`; absent: `docker buildx build` as one would type it. */
  readonly settings?: (repository: string) => readonly string[]
  /** The Dockerfile with its packages installed on the image's own platform. */
  readonly emulated?: boolean
  readonly needsDocker: boolean
}

const registryCache = (repository: string): readonly string[] => {
  const cache = `type=registry,ref=${host}/${repository}-cache:build`
  return [
    `  cache-from "${cache}"`,
    `  cache-to "${cache},mode=max,image-manifest=true,oci-mediatypes=true"`,
  ]
}

/** By the name that the tables give them; the first is compared with the fastest of the others. */
export const ways: Readonly<Record<string, Way>> = {
  embedded: {
    settings: () => ['  builder embedded', '  omit openai "@huggingface/transformers"'],
    needsDocker: false,
  },
  buildx: { settings: () => ['  builder dockerfile'], needsDocker: true },
  'buildx, registry cache': {
    settings: (repository) => ['  builder dockerfile', ...registryCache(repository)],
    needsDocker: true,
  },
  'buildx, npm under qemu': {
    settings: () => ['  builder dockerfile'],
    emulated: true,
    needsDocker: true,
  },
  'buildx, npm under qemu, registry cache': {
    settings: (repository) => ['  builder dockerfile', ...registryCache(repository)],
    emulated: true,
    needsDocker: true,
  },
  'docker buildx build by hand': { needsDocker: true },
}

/** What most Dockerfiles do: npm runs where the image will. */
export async function installOnTarget(dockerfile: string): Promise<void> {
  const text = await readFile(dockerfile, 'utf8')
  await writeFile(dockerfile, text.replace('--platform=$BUILDPLATFORM ', ''))
}
