/**
 * The hashed space of the model's features: groups of named features, each name a bucket. Only buckets are stored or
 * shipped.
 */

/** Each group is scaled by itself, so that long texts and loud groups do not drown the others. */
export const GROUPS = ['word', 'pair', 'letters', 'subject', 'history', 'file', 'fact', 'rule', 'meaning'] as const
export type Group = (typeof GROUPS)[number]

/**
 * Groups that hold each distinct word, also where two share a stem or letters: what a word adds is the same everywhere.
 */
export type WordGroup = Extract<Group, 'word' | 'letters'>

/** Buckets of the other groups, distinct. */
export type BucketGroups = Record<Exclude<Group, WordGroup>, Uint32Array>

/**
 * Buckets by group, in the order of GROUPS, distinct but in the groups of words: what the model computes with and all
 * that a stored example holds.
 */
export type FeatureRow = Uint32Array[]

/** Buckets of the hashed feature space. */
export const BUCKETS = 1 << 18

/** Bucket of a name in a group (its index in GROUPS). */
export function bucketOf(group: number, name: string): number {
  return bucketAt(hashOf(group, name))
}

/** FNV-1a over UTF-16 units, seeded with the group so that equal names of two groups differ. */
export function hashOf(group: number, name: string): number {
  return hashOn(Math.imul((0x811c9dc5 ^ (group + 1)) >>> 0, 0x01000193), name)
}

/** Goes on hashing where `hashOf` or `hashOn` ended. */
export function hashOn(hash: number, name: string): number {
  for (let at = 0; at < name.length; at += 1) hash = Math.imul(hash ^ name.charCodeAt(at), 0x01000193)
  return hash
}

export function bucketAt(hash: number): number {
  hash ^= hash >>> 15
  hash = Math.imul(hash, 0x2c1b3c6d)
  hash ^= hash >>> 13
  return (hash >>> 0) % BUCKETS
}
