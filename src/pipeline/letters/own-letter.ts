import { randomUUID } from 'node:crypto'
import type { Archive } from '../../store/archive.ts'

/** A Message-ID that only this archive can make: its letters are known again wherever a copy turns up. */
export function ownMessageId({ tombstoneIndex }: Archive, from: string): string {
  const unique = randomUUID()
  return `${unique}.${tombstoneIndex.hash('letter', unique)}@${from.split('@').at(-1)!}`
}

/** Whether a message is one that gallra itself wrote to staff, say as a copy in Sent; nobody else can make one up (P10). */
export function isOwnLetter({ tombstoneIndex }: Archive, messageId: string | null): boolean {
  const [, unique, proof] = /^([0-9a-f-]{36})\.([^.@]+)@/.exec(messageId ?? '') ?? []
  return unique !== undefined && proof === tombstoneIndex.hash('letter', unique)
}
