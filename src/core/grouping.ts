/** As `Map.groupBy` (ES2024), which Node 20 has not: groups in order of their first item, items in their order. */
export function groupBy<K, T>(items: Iterable<T>, keyOf: (item: T) => K): Map<K, T[]> {
  const groups = new Map<K, T[]>()
  for (const item of items) {
    const key = keyOf(item)
    const group = groups.get(key)
    if (group === undefined) groups.set(key, [item])
    else group.push(item)
  }
  return groups
}

/**
 * Conversations and customers are connected components of a graph whose edges are symmetric facts.
 * A component does not depend on the order in which its members were seen.
 */
type ComponentResolution =
  | { kind: 'none' }
  | { kind: 'join'; id: number }
  /** `id` is the smallest, so that every arrival order ends in the same name; `merged` ascends. */
  | { kind: 'merge'; id: number; merged: number[] }

/** Which component a newcomer belongs to, given the components it is linked to (repeats allowed). */
export function resolveComponent(linked: number[]): ComponentResolution {
  const [id, ...merged] = [...new Set(linked)].sort((a, b) => a - b)
  if (id === undefined) return { kind: 'none' }
  return merged.length === 0 ? { kind: 'join', id } : { kind: 'merge', id, merged }
}

/** The connected components as lists of ascending indices, ordered by their smallest member. */
export function connectedComponents(size: number, edges: [number, number][]): number[][] {
  const parent = Array.from({ length: size }, (_, index) => index)
  const rootOf = (start: number): number => {
    let at = start
    while (parent[at] !== at) {
      parent[at] = parent[parent[at]!]!
      at = parent[at]!
    }
    return at
  }
  for (const [a, b] of edges) {
    const [low, high] = [rootOf(a), rootOf(b)].sort((x, y) => x - y) as [number, number]
    parent[high] = low
  }
  return [...groupBy(parent.keys(), rootOf).values()]
}
