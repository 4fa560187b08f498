import { mkdir, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { execa } from 'execa'

/** What an app of a bench needs beside the plugin; versions as this repository has them. */
const packages = ['@architect/architect@12.0.1', '@architect/functions@8.1.10']

/**
 * Packs a checkout as npm would publish it and installs that into a folder, so that what is measured
 * is what users load.
 * @param directory of the app; made here
 */
export async function installPackage(checkout: string, directory: string): Promise<void> {
  const options = { preferLocal: true, localDir: checkout } as const
  await execa('node', ['scripts/build.ts'], { ...options, cwd: checkout })
  await mkdir(directory, { recursive: true })
  const { stdout } = await execa(
    'npm',
    ['pack', '--ignore-scripts', '--json', '--pack-destination', directory],
    { ...options, cwd: checkout },
  )
  const [{ filename }] = JSON.parse(stdout)
  await writeFile(join(directory, 'package.json'), '{ "private": true }\n')
  const quiet = ['--prefer-offline', '--no-audit', '--no-fund']
  await execa('npm', ['install', ...quiet, join(directory, filename), ...packages], {
    cwd: directory,
  })
}

/** A commit as a checkout of its own, with this repository's packages beside it. */
export async function checkOut(root: string, commit: string, directory: string): Promise<void> {
  const archive = `${directory}.tar`
  await execa('git', ['archive', `--output=${archive}`, commit], { cwd: root })
  await mkdir(directory)
  await execa('tar', ['-xf', archive, '-C', directory])
  await symlink(join(root, 'node_modules'), join(directory, 'node_modules'))
}
