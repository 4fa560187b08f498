import { chmod, mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

import type { ErrorCode } from '../../../plugin/errors.ts'
import type { NpmFault } from '../../stand-in/registry/npm-fault.ts'
import { integrityOf, startNpmRegistry } from '../../stand-in/registry/npm-registry.ts'
import type { ImageApp } from '../../stand-in/inputs/image-app.ts'
import type { FaultGroup, FaultRow, Injected } from './fault-row.ts'
import { pathWithout } from './path-without.ts'

const manifest = { name: 'tiny', version: '1.0.0' }
const files = { 'index.js': `module.exports = '${'tiny'.repeat(1000)}'\n` }

/** The image's packages from a registry, and a cache that has none of them. */
async function needFrom(
  app: ImageApp,
  scratch: string,
  url: string,
  integrity = `sha512-${Buffer.alloc(64).toString('base64')}`,
): Promise<Injected> {
  const resolved = `${url}/tiny/-/tiny-1.0.0.tgz`
  const dependencies = { tiny: '1.0.0' }
  const packages = {
    '': { dependencies },
    'node_modules/tiny': { version: '1.0.0', resolved, integrity },
  }
  await app.write('docker/small/package.json', JSON.stringify({ dependencies }))
  await app.write(
    'docker/small/package-lock.json',
    JSON.stringify({ lockfileVersion: 3, requires: true, packages }),
  )
  await app.write('docker/small/.npmrc', `registry=${url}\n`)
  const cache = join(scratch, 'cache')
  // Without npm's own patience, which is minutes.
  const patience = { npm_config_fetch_retries: '1', npm_config_fetch_retry_mintimeout: '10' }
  return { environment: { ARC_CONTAINER_IMAGES_CACHE: cache, ...patience } }
}

/** The tarball that the lockfile names comes in this way. */
function tarball(name: string, fault: NpmFault, end: FaultRow['end']): FaultRow {
  return {
    name: `npm: ${name}`,
    end,
    async inject(app, scratch) {
      const registry = await startNpmRegistry([{ manifest, files }], fault)
      const integrity = integrityOf({ manifest, files })
      const needed = await needFrom(app, scratch, registry.url, integrity)
      return { ...needed, undo: () => registry.close() }
    },
  }
}

const refused = (says: RegExp): FaultRow['end'] => ({ codes: [failed], says })
const status = (code: number, times?: number): NpmFault => ({
  kind: 'status',
  status: code,
  ...(times !== undefined && { times }),
})

/** A program called npm that does what this script says, and no npx. */
function ownNpm(name: string, script: string | undefined, end: FaultRow['end']): FaultRow {
  return {
    name: `npm: ${name}`,
    end,
    async inject(_, scratch) {
      const [rest, bin] = [join(scratch, 'rest'), join(scratch, 'bin')]
      for (const folder of [rest, bin]) await mkdir(folder, { recursive: true })
      const programs = { npx: 'exit 1', ...(script !== undefined && { npm: script }) }
      for (const [program, text] of Object.entries(programs)) {
        await writeFile(join(bin, program), `#!/bin/sh\n${text}\n`)
        await chmod(join(bin, program), 0o755)
      }
      const path = `${bin}:${await pathWithout('npm', rest)}`
      return {
        environment: { ARC_CONTAINER_IMAGES_CACHE: join(scratch, 'cache'), PATH: path },
      }
    },
  }
}

const failed: ErrorCode = 'DEPENDENCIES_INSTALL_FAILED'
const version = (number: string, otherwise: string): string =>
  `[ "$1" = --version ] && { echo ${number}; exit; }\n${otherwise}`

export const npmGroups: readonly FaultGroup[] = [
  {
    name: "npm's registry",
    from: 'nothing',
    rows: [
      tarball('404 for a tarball', status(404), refused(/E404[^]*name the registry that has it/)),
      tarball('401', status(401), refused(/E401[^]*refused the credentials: see docker\/small/)),
      tarball('403', status(403), refused(/E403[^]*refused the credentials: see docker\/small/)),
      tarball('500 for ever', status(500), refused(/E500[^]*asked several times: try again later/)),
      tarball('503 for ever', status(503), refused(/E503[^]*asked several times: try again later/)),
      tarball('503 once', status(503, 1), 'deployed'),
      tarball(
        "a portal's page",
        { kind: 'page' },
        refused(/EINTEGRITY[^]*look at what lies between/),
      ),
      tarball("a portal's page once", { kind: 'page', times: 1 }, 'deployed'),
      tarball('a body cut short', { kind: 'cut' }, refused(/aborted[^]*check network, proxy/)),
      tarball('a body cut short once', { kind: 'cut', times: 1 }, 'deployed'),
      tarball('a reset for ever', { kind: 'reset' }, refused(/ECONNRESET[^]*check network, proxy/)),
      tarball('a reset once', { kind: 'reset', times: 1 }, 'deployed'),
      tarball('wrong bytes', { kind: 'wrong' }, refused(/EINTEGRITY[^]*look at what lies between/)),
      tarball('wrong bytes once', { kind: 'wrong', times: 1 }, 'deployed'),
      tarball('a slow trickle', { kind: 'trickle' }, 'deployed'),
    ],
  },
  {
    name: 'npm that fails',
    from: 'nothing',
    rows: [
      {
        name: 'npm: a registry that is down',
        end: { codes: [failed], says: /ECONNREFUSED[^]*check network, proxy and registry/ },
        inject: (app, scratch) => needFrom(app, scratch, 'http://127.0.0.1:9'),
      },
      {
        name: 'npm: other bytes than the lockfile names',
        end: { codes: [failed], says: /EINTEGRITY[^]*find out why before renewing it/ },
        async inject(app, scratch) {
          const registry = await startNpmRegistry([{ manifest, files }])
          return { ...(await needFrom(app, scratch, registry.url)), undo: () => registry.close() }
        },
      },
      ownNpm('not on PATH', undefined, {
        codes: ['DEPENDENCIES_TOOL_MISSING'],
        says: /npm is not on PATH, .* npm 11 or newer: install it/,
      }),
      ownNpm('too old', version('10.2.0', 'exit 0'), {
        codes: ['DEPENDENCIES_TOOL_MISSING'],
        says: /npm 10\.2\.0 is too old, .* npm 11 or newer: install it/,
      }),
      ownNpm('ended by a signal', version('11.0.0', 'kill -9 $$'), {
        codes: [failed],
        says: /SIGKILL[^]*Try the same in a copy of docker\/small/,
      }),
      ownNpm('an end without a word', version('11.0.0', 'exit 3'), {
        codes: [failed],
        says: /exit code 3[^]*Try the same in a copy of docker\/small/,
      }),
      ownNpm('success, and nothing installed', version('11.0.0', 'exit 0'), {
        codes: ['MODULE_MISSING'],
        says: /no 'tiny' is in the image\. Put tiny into docker\/small\/package\.json/,
      }),
    ],
  },
]
