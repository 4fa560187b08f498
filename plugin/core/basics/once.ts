/** One shared result, made when it is first asked for. A failure is not kept: the next to ask tries again. */
export function once<T>(make: () => Promise<T>): () => Promise<T> {
  return oncePer(make, () => 'all')
}

/** A Map, or a WeakMap. */
interface Known<Key, Value> {
  get(key: Key): Value | undefined
  set(key: Key, value: Value): unknown
}

/**
 * A value for each key, found out when it is first asked for; for what cannot fail.
 * @param known where it is kept; a WeakMap keeps it as long as its key
 */
export function memoized<Key, Value>(
  find: (key: Key) => Value,
  known: Known<Key, { readonly value: Value }> = new Map(),
): (key: Key) => Value {
  return (key) => {
    const found = known.get(key) ?? { value: find(key) }
    known.set(key, found)
    return found.value
  }
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
