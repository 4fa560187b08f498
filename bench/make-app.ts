import { cp, mkdir, symlink, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'

const root = resolve(import.meta.dirname, '..')

export interface BenchApp {
  readonly functions: number
  readonly images: number
  /** Folder of the first image; the others have no packages. */
  readonly packages?: string
  /** Lambda's name of it; default: this machine's. */
  readonly architecture?: string
  /** Lines of `@images`. */
  readonly settings?: readonly string[]
  /** Lines of `@plugins`; default: none, for what runs without Architect. */
  readonly plugins?: readonly string[]
  /** Functions are zips, as in an app without the plugin. */
  readonly zips?: boolean
  /** Packages are there already; default: this repository's are linked in. */
  readonly installed?: boolean
}

/** The first image of an app with `packages`, by the embedded builder. */
const embedded = ['image-0', '  builder embedded', '  omit openai "@huggingface/transformers"']

/** An app of `functions` scheduled functions on `@architect/functions`, spread over `images`. */
export async function makeApp(directory: string, app: BenchApp): Promise<void> {
  const { functions, images, packages } = app
  const names = Array.from({ length: functions }, (_, index) => `job-${index}`)
  const imageOf = (index: number) => `image-${index % images}`
  const ownArchitecture = process.arch === 'arm64' ? 'arm64' : 'x86_64'
  const settings = app.settings ?? (packages === undefined ? [] : embedded)
  const flagged = app.zips === true ? [] : names
  await mkdir(directory, { recursive: true })
  await writeFile(
    join(directory, 'app.arc'),
    [
      '@app',
      'bench',
      '@aws',
      'runtime nodejs24.x',
      `architecture ${app.architecture ?? ownArchitecture}`,
      ...section('@plugins', app.plugins ?? []),
      '@scheduled',
      ...names.map((name) => `${name} rate(1 day)`),
      ...section(
        '@container-images',
        flagged.map((name, index) => `scheduled ${name} ${imageOf(index)}`),
      ),
      ...section('@images', settings),
      '',
    ].join('\n'),
  )
  for (let index = 0; index < images; index++) {
    const folder = join(directory, 'docker', imageOf(index))
    if (packages !== undefined) await cp(packages, folder, { recursive: true })
    else {
      await mkdir(folder, { recursive: true })
      await writeFile(join(folder, 'package.json'), '{ "private": true }\n')
    }
  }
  for (const name of names) await writeFunction(directory, name, 'first')
  if (app.installed === true) return
  await symlink(join(root, 'node_modules'), join(directory, 'node_modules'), 'dir')
}

function section(name: string, lines: readonly string[]): readonly string[] {
  return lines.length === 0 ? [] : [name, ...lines]
}

/** The code of one function; another `version` is another bundle. */
export async function writeFunction(
  directory: string,
  name: string,
  version: string,
): Promise<void> {
  const folder = join(directory, 'src/scheduled', name)
  await mkdir(folder, { recursive: true })
  await writeFile(
    join(folder, 'index.js'),
    `const arc = require('@architect/functions')\n` +
      `exports.handler = async () => ({ name: '${name}', version: '${version}', arc: Object.keys(arc) })\n`,
  )
  await writeFile(join(folder, 'package.json'), '{}\n')
}
