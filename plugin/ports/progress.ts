/** What a deploy did or found, for the console and the report. */
export type ProgressEvent = {
  readonly image: string
  readonly step:
    | 'bundle'
    | 'install'
    | 'build'
    | 'layer'
    | 'blob'
    | 'manifest'
    | 'repository'
    | 'prune'
    | 'verify'
    | 'start'
    | 'hold'
  readonly state: 'start' | 'advance' | 'done' | 'skipped'
  readonly detail?: string
  readonly done?: number
  readonly total?: number
}

export interface Progress {
  (event: ProgressEvent): void
}
