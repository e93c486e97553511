import type { Sql } from '../postgres/sql.ts'

/** m12 message, c7 conversation, k3 customer, h4 hold, t5 tombstone. */
export type RecordKind = 'm' | 'c' | 'k' | 'h' | 't'

export interface RecordId<K extends RecordKind = RecordKind> {
  kind: K
  number: number
}

const TABLES = {
  m: 'Message',
  c: 'Conversation',
  k: 'Customer',
  h: 'Hold',
  t: 'Tombstone',
} as const satisfies Record<RecordKind, string>

/** The account that holds it, or null when there is no such record. */
export async function findAccountId(sql: Sql, { kind, number }: RecordId): Promise<number | null> {
  const { rows } = await sql.query<{ accountId: number }>(`SELECT "accountId" FROM "${TABLES[kind]}" WHERE "id" = $1`, [
    number,
  ])
  return rows[0]?.accountId ?? null
}
