/** One shared result, made when it is first asked for. A failure is not kept: the next to ask tries again. */
export function once<T>(make: () => Promise<T>): () => Promise<T> {
  return oncePer(make, () => 'all')
}

/** A value for each key, found out when it is first asked for; for what cannot fail. */
export function memoized<Key, Value>(find: (key: Key) => Value): (key: Key) => Value {
  const known = new Map<Key, { readonly value: Value }>()
  return (key) => {
    const { value } = known.get(key) ?? { value: find(key) }
    known.set(key, { value })
    return value
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
