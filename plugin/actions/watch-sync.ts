/** One opened app and stack, good for as long as only code changes. */
export interface SyncSession<Outcome> {
  readonly run: () => Promise<Outcome>
  /** Files and folders that decide what it makes, after it was made. */
  readonly sources: () => readonly string[]
  /** Whether a change of these files asks for another session. */
  readonly isOutdatedBy: (paths: ReadonlySet<string>) => boolean
}

/** What watching asks of the outside. */
export interface WatchPorts<Outcome> {
  readonly open: () => Promise<SyncSession<Outcome>>
  /** Watched whatever happens, so that a session that cannot be opened is tried again. */
  readonly always: readonly string[]
  readonly follow: (paths: readonly string[]) => void
  /** Resolves at the next save. */
  readonly changed: () => Promise<ReadonlySet<string>>
  readonly tell: (outcome: Outcome) => void
  /** An error ends a round, not the watch, unless this throws it again. */
  readonly fail: (error: unknown) => void
  /** False when it is to end after a round; absent: it goes on. */
  readonly goesOn?: () => boolean
}

/**
 * A round at once, then one at every save; one at a time, so that saves during a round make one more
 * together.
 */
export async function watchSync<Outcome>(ports: WatchPorts<Outcome>): Promise<void> {
  const { goesOn = () => true } = ports
  ports.follow(ports.always)
  for (let session: SyncSession<Outcome> | undefined; ;) {
    try {
      session ??= await ports.open()
      ports.tell(await session.run())
    } catch (error) {
      ports.fail(error)
    }
    ports.follow(session?.sources() ?? [])
    if (!goesOn()) return
    const changed = await ports.changed()
    if (session?.isOutdatedBy(changed) === true) session = undefined
  }
}
