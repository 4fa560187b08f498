import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { dirname, join, relative, sep } from 'node:path'

import { isRecord, textsOf } from '../../core/basics/is-record.ts'
import type { CiManager } from '../../core/setup/adapt-workflow.ts'
import { ContainerImageError } from '../../errors.ts'
import type { AppRepository } from '../../ports/ci-setup.ts'
import { readJson } from '../folder/read-json.ts'

const lockfiles = ['package-lock.json', 'npm-shrinkwrap.json', 'pnpm-lock.yaml', 'yarn.lock']

/**
 * The git repository of an app, as far as workflows depend on it.
 * @throws ContainerImageError COMMAND_INVALID
 */
export async function readRepository(appDirectory: string): Promise<AppRepository> {
  const root = above(appDirectory, '/').find((folder) => existsSync(join(folder, '.git')))
  if (root === undefined)
    throw invalid(`${appDirectory} is in no git repository. Run 'git init' where it begins.`)
  const found = above(appDirectory, root).flatMap((folder) =>
    lockfiles.filter((name) => existsSync(join(folder, name))).map((name) => ({ folder, name })),
  )
  const [lock] = found
  if (lock === undefined)
    throw invalid(
      `The app has no lockfile (${lockfiles.join(', ')}), without which a workflow installs something else each time. Run your package manager's install and commit what it writes.`,
    )
  const gitHub = gitHubName(await git(root, 'remote', 'get-url', 'origin'))
  return {
    folder: pathIn(root, appDirectory),
    lockfile: lock.name,
    lockFolder: pathIn(root, lock.folder),
    manager: await managerOf(lock.folder, lock.name),
    workspaces: lock.folder === appDirectory ? [] : await workspacesOf(lock.folder),
    branch: await mainBranch(root),
    ...(gitHub !== undefined && { gitHub }),
  }
}

function invalid(fault: string): ContainerImageError {
  return new ContainerImageError('COMMAND_INVALID', `arc-images init --ci: ${fault}`)
}

/** A folder and those above it, up to the last. */
function above(folder: string, last: string): readonly string[] {
  const next = dirname(folder)
  return folder === last || next === folder ? [folder] : [folder, ...above(next, last)]
}

function pathIn(root: string, folder: string): string {
  return relative(root, folder).replaceAll(sep, '/')
}

async function managerOf(folder: string, lockfile: string): Promise<CiManager> {
  if (lockfile === 'pnpm-lock.yaml') return 'pnpm'
  if (lockfile !== 'yarn.lock') return 'npm'
  const text = await readFile(join(folder, lockfile), 'utf8')
  return text.includes('# yarn lockfile v1') ? 'yarn classic' : 'yarn'
}

async function workspacesOf(folder: string): Promise<readonly string[]> {
  const { workspaces } = (await readJson(join(folder, 'package.json'))) ?? {}
  const packages = isRecord(workspaces) ? workspaces['packages'] : workspaces
  const file = join(folder, 'pnpm-workspace.yaml')
  if (!existsSync(file)) return included(packages)
  const { parse } = await import('yaml')
  const read: unknown = parse(await readFile(file, 'utf8'))
  return included(isRecord(read) ? read['packages'] : undefined)
}

function included(patterns: unknown): readonly string[] {
  return textsOf(patterns).filter((pattern) => !pattern.startsWith('!'))
}

async function mainBranch(root: string): Promise<string> {
  const remote = await git(root, 'symbolic-ref', '--short', 'refs/remotes/origin/HEAD')
  const name = remote?.replace(/^origin\//, '')
  return name ?? (await git(root, 'branch', '--show-current')) ?? 'main'
}

/** `git@github.com:owner/name.git` or `https://github.com/owner/name` to `owner/name`. */
function gitHubName(url: string | undefined): string | undefined {
  return /github\.com[:/]([\w.-]+\/[\w.-]+?)(?:\.git)?\/?$/.exec(url ?? '')?.[1]
}

async function git(cwd: string, ...args: readonly string[]): Promise<string | undefined> {
  const { execa } = await import('execa')
  const { failed, stdout } = await execa('git', args, { cwd, reject: false, stdin: 'ignore' })
  return failed || stdout.trim() === '' ? undefined : stdout.trim()
}
