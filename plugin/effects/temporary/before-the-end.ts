const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const
const works = new Set<() => void>()

/**
 * Has something done before the process ends, be it by a signal: without waiting, once.
 * @returns what to call when it is not needed any longer
 */
export function beforeTheEnd(work: () => void): () => void {
  if (works.size === 0) listen()
  works.add(work)
  return () => {
    works.delete(work)
    if (works.size === 0) stopListening()
  }
}

function workAll(): void {
  for (const work of works) {
    try {
      work()
    } catch {
      // The others have their turn too, and what stays is the next start's.
    }
  }
  works.clear()
}

/** Listening keeps a signal from ending us, so it is sent again once nothing of ours listens. */
function interrupted(signal: NodeJS.Signals): void {
  stopListening()
  workAll()
  process.kill(process.pid, signal)
}

function listen(): void {
  process.on('exit', workAll)
  for (const signal of signals) process.on(signal, interrupted)
}

function stopListening(): void {
  process.off('exit', workAll)
  for (const signal of signals) process.off(signal, interrupted)
}
