/** The part of Architect's own utilities that is used here; the package brings no types. */
declare module '@architect/utils' {
  export interface Updater {
    start(message: string): string
    status(message: string, ...more: string[]): string
    done(message: string): string
    cancel(): void
    warn(message: string): string
    raw(message: string): string
  }
  const utils: {
    /** `agent-memory` to `AgentMemory`. */
    toLogicalID(name: string): string
    updater(name: string, options?: { quiet?: boolean }): Updater
    /** Writes `static.json` into the static folder; hands over nothing when there is none. */
    fingerprint(
      params: { inventory: unknown; update?: Updater },
      callback: (error: unknown, manifest?: Record<string, string>) => void,
    ): void
  }
  export default utils
}
