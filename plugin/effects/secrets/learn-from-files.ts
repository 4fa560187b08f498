import { readdirSync, readFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { dirname, join } from 'node:path'

import { isRecord, textOf } from '../../core/basics/is-record.ts'
import { decodedSecrets } from '../../core/secrets/decoded-secrets.ts'
import { environmentSecrets } from '../../core/secrets/environment-secrets.ts'
import { npmrcSecrets } from '../../core/secrets/npmrc-secrets.ts'
import { urlSecrets } from '../../core/secrets/url-secrets.ts'
import { learnSecrets } from './known-secrets.ts'

type Environment = Readonly<Record<string, string | undefined>>

/** What the environment and the user's own files of npm, pnpm, docker and AWS have. */
export function learnUserSecrets(environment: Environment): void {
  learnSecrets(environmentSecrets(environment))
  const home = environment['HOME'] || environment['USERPROFILE'] || homedir()
  const setting = (name: string): string | undefined =>
    environment[`npm_config_${name}`] || environment[`NPM_CONFIG_${name.toUpperCase()}`]
  const user = setting('userconfig') ?? join(home, '.npmrc')
  const prefix = /^\s*prefix\s*=\s*(\S+)/m.exec(read(user))?.[1]
  const prefixes = [
    setting('prefix'),
    environment['PREFIX'],
    prefix,
    dirname(dirname(process.execPath)),
  ]
  const npmrcs = [
    user,
    setting('globalconfig'),
    ...prefixes.map((folder) => folder && join(folder, 'etc', 'npmrc')),
    join(environment['XDG_CONFIG_HOME'] || join(home, '.config'), 'pnpm', 'rc'),
    join(home, 'Library', 'Preferences', 'pnpm', 'rc'),
  ]
  for (const file of npmrcs) if (file) learnSecrets(npmrcSecrets(read(file), environment))
  const docker = environment['DOCKER_CONFIG'] || join(home, '.docker')
  learnSecrets(dockerSecrets(read(join(docker, 'config.json'))))
  const aws = environment['AWS_SHARED_CREDENTIALS_FILE'] || join(home, '.aws', 'credentials')
  learnSecrets(awsSecrets(read(aws)))
}

const withUrls = ['package.json', 'package-lock.json', 'npm-shrinkwrap.json', 'pnpm-lock.yaml']

/** What the npm and pnpm files of folders have. */
export function learnFolderSecrets(folders: Iterable<string>, environment: Environment): void {
  for (const folder of folders) {
    learnSecrets(npmrcSecrets(read(join(folder, '.npmrc')), environment))
    for (const name of withUrls) learnSecrets(urlSecrets(read(join(folder, name))))
  }
}

/** The same of an app: its own folder and those of its images. */
export function learnAppSecrets(directory: string, environment: Environment): void {
  const images = join(directory, 'docker')
  learnFolderSecrets(
    [directory, ...foldersIn(images).map((name) => join(images, name))],
    environment,
  )
}

function awsSecrets(text: string): readonly string[] {
  return [...text.matchAll(/^\s*aws_(?:secret_access_key|session_token)\s*=\s*(\S+)/gim)].flatMap(
    ([, value = '']) => [value],
  )
}

function dockerSecrets(text: string): readonly string[] {
  try {
    const config: unknown = JSON.parse(text)
    const auths = isRecord(config) && isRecord(config['auths']) ? config['auths'] : {}
    return Object.values(auths).flatMap((login) =>
      isRecord(login)
        ? ['auth', 'password', 'identitytoken', 'registrytoken'].flatMap((key) =>
            decodedSecrets(textOf(login[key]) ?? ''),
          )
        : [],
    )
  } catch {
    return []
  }
}

/** What cannot be read has nothing to hide. */
function read(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return ''
  }
}

function foldersIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder)
  } catch {
    return []
  }
}
