import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'

import { execa } from 'execa'

import { networkEnvironment } from '../../stand-in/harness/network-environment.ts'
import { plainNode } from '../../stand-in/harness/plain-node.ts'
import { cacheFolder } from './cache-folder.ts'

const root = resolve(import.meta.dirname, '../../..')

type Environment = Readonly<Record<string, string | undefined>>

/** Somebody who reads a page of the docs and does what it says. */
export interface Reader {
  /** Where their shell is after the blocks so far. */
  directory(): string
  /** What they type, but for the package: it is the one made here, not npm's. */
  type(script: string, environment?: Environment): Promise<string>
  /**
   * Does what the page says, in order: writes its files, types its commands.
   * @param watch what goes on until it is ended, a `console` block, is its caller's to start and end
   * @returns what each of its commands printed
   */
  follow(
    page: string,
    environment?: Environment,
    watch?: (command: string) => Promise<void>,
  ): Promise<readonly string[]>
  close(): Promise<void>
}

/** @param environment of every command: those of a stand-in of AWS, for one */
export async function openReader(environment: Environment): Promise<Reader> {
  const work = await mkdtemp(join(tmpdir(), 'docs-'))
  const { stdout } = await execa(
    'env',
    ['-u', 'NODE_OPTIONS', 'npm', 'pack', '--json', '--pack-destination', work],
    { cwd: root },
  )
  const [{ filename }] = JSON.parse(stdout.slice(stdout.indexOf('[')))
  let directory = work

  async function type(script: string, more: Environment = {}): Promise<string> {
    const typed = script.replace(
      /(npm install .*)arc-plugin-container-images/,
      `$1${join(work, filename)} --prefer-offline --no-audit --no-fund`,
    )
    const [node] = plainNode('')
    const { all, exitCode } = await execa('bash', ['-e', '-c', `${typed}\npwd >"${work}/where"`], {
      cwd: directory,
      env: {
        ...networkEnvironment(),
        PATH: `${dirname(node)}:${process.env['PATH'] ?? ''}`,
        HOME: process.env['HOME'] ?? work,
        CI: 'true',
        NO_UPDATE_NOTIFIER: '1',
        ARC_CONTAINER_IMAGES_CACHE: join(cacheFolder(), 'plugin-cache'),
        ...environment,
        ...more,
      },
      extendEnv: false,
      all: true,
      reject: false,
    })
    if (exitCode !== 0) throw new Error(`${script}\n${all}`)
    directory = (await readFile(join(work, 'where'), 'utf8')).trim()
    return all
  }

  return {
    directory: () => directory,
    type,
    async follow(page, more, watch) {
      const text = await readFile(join(root, 'docs', page), 'utf8')
      const said: string[] = []
      for (const [, info = '', body = ''] of text.matchAll(
        /^```(\S+(?: [^\n]+)?)\n([^]*?)^```$/gm,
      )) {
        const [language, path, pragma] = info.split(' ')
        if (language === 'sh') said.push(await type(body, more))
        else if (language === 'console') await watch?.(body.trim())
        // What a page starts from is the test's to prepare.
        else if (path !== undefined && path !== 'start')
          await write(join(directory, path), body, language, pragma)
      }
      return said
    },
    close: () => rm(work, { recursive: true, force: true }),
  }
}

/** The text of a block that a page starts from: `js start src/plugins/images.js`. */
export async function startBlock(page: string, path: string): Promise<string> {
  const text = await readFile(join(root, 'docs', page), 'utf8')
  const blocks = text.matchAll(/^```\S+ start (\S+)\n([^]*?)^```$/gm)
  const found = [...blocks].find(([, name]) => name === path)
  if (found === undefined) throw new Error(`${page} has no block 'start ${path}'`)
  return found[2] ?? ''
}

/** A file of a page; `arc-add` adds to one, below a pragma where it names one. */
async function write(
  file: string,
  body: string,
  language: string | undefined,
  pragma: string | undefined,
): Promise<void> {
  await mkdir(dirname(file), { recursive: true })
  if (language !== 'arc-add') return await writeFile(file, body)
  const before = await readFile(file, 'utf8')
  const added =
    pragma === undefined ? `${before}\n${body}` : before.replace(`${pragma}\n`, `$&${body}`)
  await writeFile(file, added)
}
