import { copyFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'

import { walkFolder, type FoundFile, type PassedOver } from '../folder/walk-folder.ts'

/** What `npm pack` would take of a folder. */
export interface PackedFiles {
  /** Relative to the folder; a link is the file that it leads to. */
  readonly files: readonly FoundFile[]
  /** Names among them that cannot be packed. */
  readonly faults: readonly PassedOver[]
}

/**
 * Selects files of a package's folder as npm does when it packs it: by `files`, `.npmignore`,
 * `.gitignore` and npm's own rules. npm passes over links without a word; here they are followed.
 * @param directory absolute, without links
 * @param within folders that links may lead into
 */
export async function packedFiles(
  directory: string,
  manifest: Readonly<Record<string, unknown>>,
  within: readonly string[],
): Promise<PackedFiles> {
  const { files, passedOver, faults } = await walkFolder(directory, {
    within,
    skip: (path) => /(?:^|\/)(?:node_modules|\.git)(?:\/|$)/.test(path),
  })
  const unfit = [...passedOver, ...faults]
  const isPlain =
    unfit.length === 0 && files.every(({ path, file }) => file === join(directory, path))
  const selected = new Set(
    isPlain ? await select(directory, manifest) : await selectInCopy(files, unfit, manifest),
  )
  return {
    files: files.filter(({ path }) => selected.has(path)),
    faults: unfit.filter(({ path }) => selected.has(path)),
  }
}

async function select(
  directory: string,
  manifest: Readonly<Record<string, unknown>>,
): Promise<string[]> {
  const { default: packlist } = await import('npm-packlist')
  const tree = { path: directory, package: manifest, isProjectRoot: true, edgesOut: new Map() }
  const listed = await packlist(tree)
  return listed.map((path) => path.replace(/^\.\//, ''))
}

/** In a copy that has files where the folder has links, since npm's own selection knows no links. */
async function selectInCopy(
  files: readonly FoundFile[],
  unfit: readonly PassedOver[],
  manifest: Readonly<Record<string, unknown>>,
): Promise<string[]> {
  const copy = await mkdtemp(join(tmpdir(), 'arc-images-pack-'))
  try {
    for (const { path } of [...files, ...unfit]) {
      const target = join(copy, path)
      await mkdir(dirname(target), { recursive: true })
      await writeFile(target, '')
    }
    const rules = files.filter(({ path }) => /(?:^|\/)\.(?:npm|git)ignore$/.test(path))
    for (const { path, file } of rules) await copyFile(file, join(copy, path))
    return await select(copy, manifest)
  } finally {
    await rm(copy, { recursive: true, force: true })
  }
}
