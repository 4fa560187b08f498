/** One shared result, made when it is first asked for. A failure is not kept: the next to ask tries again. */
export function once<T>(make: () => Promise<T>): () => Promise<T> {
  return oncePer(make, () => 'all')
}

/** The same for each key: whoever asks for what is being made, or was made, gets that. */
export function oncePer<Asked extends readonly unknown[], T>(
  make: (...asked: Asked) => Promise<T>,
  keyOf: (...asked: Asked) => unknown,
): (...asked: Asked) => Promise<T> {
  const known = new Map<unknown, Promise<T>>()
  return (...asked) => {
    const key = keyOf(...asked)
    const made = known.get(key) ?? make(...asked)
    known.set(key, made)
    made.catch(() => known.delete(key))
    return made
  }
}
