import { randomUUID } from 'node:crypto'
import type { Archive } from '../../store/archive.ts'

/** A Message-ID that only this archive can make, by which it recognises copies of its own letters. */
export function ownMessageId({ tombstoneIndex }: Archive, from: string): string {
  const unique = randomUUID()
  return `${unique}.${tombstoneIndex.hash('letter', unique)}@${from.split('@').at(-1)!}`
}

/**
 * Whether a message is one that gallra itself wrote to staff, for instance a copy in Sent. Strangers cannot forge it
 * (P10).
 */
export function isOwnLetter({ tombstoneIndex }: Archive, messageId: string | null): boolean {
  const [, unique, proof] = /^([0-9a-f-]{36})\.([^.@]+)@/.exec(messageId ?? '') ?? []
  return unique !== undefined && proof === tombstoneIndex.hash('letter', unique)
}
