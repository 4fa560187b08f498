import { createHash } from 'node:crypto'
import { createServer } from 'node:http'
import { gzipSync } from 'node:zlib'

import { answerWith, type NpmFault } from './npm-fault.ts'
import { tarEnd, tarHeader, tarPadding } from '../../../plugin/oci/tar.ts'

/** A package as its author would publish it. */
export interface PublishedPackage {
  readonly manifest: Readonly<Record<string, unknown>> & {
    readonly name: string
    readonly version: string
  }
  readonly files?: Readonly<Record<string, string | Uint8Array>>
  /** More entries of the tarball, after the files, as no packer would write them. */
  readonly entries?: readonly {
    readonly path: string
    readonly content: string
    readonly executable?: boolean
  }[]
  /** Its metadata is there and its tarball is not. */
  readonly lost?: boolean
}

/** A STAND-IN of the npm registry on loopback, as far as npm and pnpm ask when they install. */
export async function startNpmRegistry(
  packages: readonly PublishedPackage[],
  /** How tarballs are not given. */
  fault?: NpmFault,
): Promise<{
  readonly url: string
  readonly requests: { readonly path: string; readonly authorization: string | undefined }[]
  close(): Promise<void>
}> {
  const requests: { path: string; authorization: string | undefined }[] = []
  let left = fault?.times ?? Infinity
  const server = createServer((request, response) => {
    const path = decodeURIComponent(request.url ?? '/')
    requests.push({ path, authorization: request.headers.authorization })
    const tarball = packages.find((it) => path === tarballPath(it))
    if (tarball !== undefined && tarball.lost !== true) {
      const bytes = tarballOf(tarball)
      if (fault === undefined || left-- <= 0) response.end(bytes)
      else void answerWith(fault, bytes, response)
      return
    }
    const named = packages.filter((it) => path === `/${it.manifest.name}`)
    response.statusCode = named.length > 0 ? 200 : 404
    response.setHeader('Content-Type', 'application/json')
    response.end(JSON.stringify(named.length > 0 ? packument(named, url) : { error: 'Not found' }))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  const port = typeof address === 'object' ? address?.port : undefined
  const url = `http://127.0.0.1:${port}`
  return {
    url,
    requests,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections()
        server.close(() => resolve())
      }),
  }
}

/** As a lockfile has it. */
export function integrityOf(published: PublishedPackage): string {
  const hash = createHash('sha512').update(tarballOf(published)).digest('base64')
  return `sha512-${hash}`
}

function tarballPath({ manifest: { name, version } }: PublishedPackage): string {
  return `/${name}/-/${name.split('/').at(-1)}-${version}.tgz`
}

function packument(versions: readonly PublishedPackage[], url: string): unknown {
  const name = versions[0]?.manifest.name
  return {
    _id: name,
    name,
    'dist-tags': { latest: versions.at(-1)?.manifest.version },
    versions: Object.fromEntries(
      versions.map((it) => {
        const dist = { tarball: `${url}${tarballPath(it)}`, integrity: integrityOf(it) }
        const scripts = it.manifest['scripts']
        const more = typeof scripts === 'object' ? { hasInstallScript: true } : {}
        return [it.manifest.version, { ...it.manifest, ...more, dist }]
      }),
    ),
  }
}

function tarballOf({ manifest, files = {}, entries = [] }: PublishedPackage): Buffer {
  const own = Object.entries({ 'package.json': JSON.stringify(manifest), ...files })
  const all = [
    ...own.map(([name, content]) => ({ path: `package/${name}`, content, executable: false })),
    ...entries,
  ]
  const parts = all.flatMap(({ path, content, executable = false }) => {
    const bytes = Buffer.from(content)
    const header = tarHeader({ kind: 'file', path, size: bytes.length, executable })
    return [header, bytes, tarPadding(bytes.length)]
  })
  return gzipSync(Buffer.concat([...parts, tarEnd]))
}
