/** The part of npm-packlist that is used here; the package brings no types. */
declare module 'npm-packlist' {
  /** Paths of what `npm pack` takes, relative to the folder, posix. */
  export default function packlist(tree: {
    readonly path: string
    readonly package: Readonly<Record<string, unknown>>
    readonly isProjectRoot: boolean
    readonly edgesOut: Map<string, unknown>
  }): Promise<string[]>
}
