import { caseKeyword } from '../../src/core/message/flags.ts'
import { connect } from '../../src/pipeline/mailbox/connect.ts'
import type { AccountSettings } from '../../src/store/accounts.ts'
import type { Archive } from '../../src/store/archive.ts'
import { verifyAudit } from '../../src/store/audit.ts'
import { listFolders } from '../../src/store/mailbox/folders.ts'
import { openMessageSource } from '../../src/store/message/open-messages.ts'
import { numberOf, type PlannedMail } from './planned-mail.ts'

/** A copy as it lies on the server now. */
export interface ServerCopy {
  folder: string
  uidValidity: bigint
  uid: number
  number: number
  flags: string[]
}

/** Every message of every folder, asked of the server itself. */
export async function listServerCopies(server: AccountSettings): Promise<ServerCopy[]> {
  const mailbox = await connect(server)
  try {
    const copies: ServerCopy[] = []
    for (const info of await mailbox.listFolders()) {
      if (!info.selectable) continue
      // Dovecot may go on listing a folder that is no more; it says nothing of it and cannot open it.
      const opened = await mailbox.openFolder(info.path, null, true).catch((error: unknown) => {
        if (info.status !== null) throw error
        return null
      })
      if (opened === null) continue
      const { uidValidity } = opened
      const uids = await mailbox.listUids(1)
      for await (const raw of mailbox.fetchSources(uids)) {
        copies.push({ folder: info.path, uidValidity, uid: raw.uid, number: numberOf(raw.source), flags: raw.flags })
      }
    }
    return copies
  } finally {
    mailbox.close()
  }
}

export interface QuietOptions {
  /** Nobody else touches the mailbox: copies are exactly where they were put, and nothing has come back. */
  alone: boolean
}

/**
 * What does not hold once gallra is quiet: nothing missing, nothing double, nothing purged that
 * should stay, nothing left that should be gone, audit chain whole, intentions finished. [] = all holds.
 */
export async function findFaults(
  archive: Archive,
  accountId: number,
  server: AccountSettings,
  planned: PlannedMail[],
  { alone }: QuietOptions,
): Promise<string[]> {
  const query = async <T extends object>(sql: string): Promise<T[]> => (await archive.pool.query<T>(sql)).rows
  const byNumber = new Map(planned.map((each) => [each.number, each]))
  const world = { archive, accountId, planned, alone, query, byNumber }
  const faults: string[] = []
  const numberOfMessage = await checkArchive(world, faults)
  const look: Look = { ...world, numberOfMessage, copies: await listServerCopies(server) }
  checkCopies(look, faults)
  await checkPlaces(look, faults)
  await checkKeywords(look, faults)
  await checkRows(look, faults)
  await checkPurges(look, faults)
  await checkAudit(look, faults)
  return faults
}

/** What every check looks at; each adds what it finds to `faults`. */
interface Look {
  archive: Archive
  accountId: number
  planned: PlannedMail[]
  byNumber: Map<number, PlannedMail>
  alone: boolean
  query: <T extends object>(sql: string) => Promise<T[]>
  /** The planned number of each archived message, by id. */
  numberOfMessage: Map<number, number>
  copies: Awaited<ReturnType<typeof listServerCopies>>
}

/** Returns the planned number of each archived message. */
async function checkArchive(
  { archive, accountId, planned, byNumber, query }: Omit<Look, 'numberOfMessage' | 'copies'>,
  faults: string[],
): Promise<Map<number, number>> {
  const numberOfMessage = new Map<number, number>()
  for (const { id } of await query<{ id: number }>('SELECT "id" FROM "Message" ORDER BY "id"')) {
    const source = await openMessageSource(archive.pool, archive, accountId, id)
    const number = numberOf(source)
    if ([...numberOfMessage.values()].includes(number)) faults.push(`message ${number} is archived twice`)
    numberOfMessage.set(id, number)
    const plan = byNumber.get(number)
    if (!plan) faults.push(`m${id} was never sent`)
    else if (plan.fate === 'goes') faults.push(`message ${number} is still archived`)
    else if (!plan.source.equals(source)) faults.push(`message ${number} is not archived byte for byte`)
  }
  const archived = new Set(numberOfMessage.values())
  for (const plan of planned)
    if (plan.fate === 'stays' && !archived.has(plan.number))
      faults.push(`message ${plan.number} is missing in the archive`)
  return numberOfMessage
}

function checkCopies({ copies, byNumber, alone, planned }: Look, faults: string[]): void {
  for (const copy of copies)
    if (byNumber.get(copy.number)?.fate !== 'stays')
      faults.push(`message ${copy.number} is still on the server in ${copy.folder}`)
  if (alone) {
    for (const plan of planned) {
      const found = copies
        .filter((copy) => copy.number === plan.number)
        .map((copy) => copy.folder)
        .sort()
        .join()
      const wanted = plan.fate === 'stays' ? [...plan.folders].sort().join() : ''
      if (found !== wanted) faults.push(`message ${plan.number} lies in [${found}], not in [${wanted}]`)
    }
  }
}

/** The archive knows every copy on the server where it is, and no other. */
async function checkPlaces(
  { archive, accountId, query, numberOfMessage, copies }: Look,
  faults: string[],
): Promise<void> {
  const folders = new Map((await listFolders(archive, accountId)).map((folder) => [folder.id, folder.path]))
  const known = (
    await query<{ folderId: number; uidValidity: string; uid: string; messageId: number | null }>(
      'SELECT * FROM "Location"',
    )
  ).map(
    (row) =>
      `${folders.get(row.folderId) ?? '?'} ${row.uidValidity} ${row.uid} ` +
      `${row.messageId === null ? '-' : (numberOfMessage.get(row.messageId) ?? '?')}`,
  )
  const real = copies.map((copy) => `${copy.folder} ${copy.uidValidity} ${copy.uid} ${copy.number}`)
  for (const place of known) if (!real.includes(place)) faults.push(`no such copy on the server: ${place}`)
  for (const place of real) if (!known.includes(place)) faults.push(`copy not known: ${place}`)
}

async function checkKeywords({ query, numberOfMessage, copies, alone }: Look, faults: string[]): Promise<void> {
  const cases = new Map(
    (await query<{ id: number; case: string }>('SELECT "id", "case" FROM "Message"')).map((row) => [
      numberOfMessage.get(row.id),
      row.case,
    ]),
  )
  for (const copy of copies) {
    const shown = copy.flags.filter((flag) => flag.startsWith('gallra-')).join()
    const wanted = caseKeyword(cases.get(copy.number) ?? '?')
    if (shown !== wanted) faults.push(`message ${copy.number} in ${copy.folder} shows [${shown}], not ${wanted}`)
    if (alone && copy.flags.includes('\\Deleted'))
      faults.push(`message ${copy.number} in ${copy.folder} is left \\Deleted`)
  }
}

/** No row belongs to a message that is gone, and no message lacks a row. */
async function checkRows({ query }: Look, faults: string[]): Promise<void> {
  for (const table of ['MessageSource', 'ThreadKey', 'SearchEntry']) {
    for (const row of await query<{ messageId: number }>(
      `SELECT DISTINCT "messageId" FROM "${table}" t WHERE NOT EXISTS (SELECT 1 FROM "Message" m WHERE m."id" = ` +
        't."messageId")',
    )) {
      faults.push(`${table} of m${row.messageId}, which is gone`)
    }
    const lacking = await query<{ id: number }>(
      `SELECT "id" FROM "Message" m WHERE NOT EXISTS (SELECT 1 FROM "${table}" t WHERE m."id" = t."messageId")`,
    )
    for (const row of lacking) faults.push(`m${row.id} has no ${table}`)
  }
  for (const [table, key] of [
    ['Conversation', 'conversationId'],
    ['Customer', 'customerId'],
  ] as const) {
    const orphans = await query<{ id: number }>(
      `SELECT "id" FROM "${table}" t WHERE NOT EXISTS (SELECT 1 FROM "Message" m WHERE m."${key}" = t."id")`,
    )
    for (const row of orphans) faults.push(`${table} ${row.id} stands without a message`)
  }
}

async function checkPurges({ query, alone, planned }: Look, faults: string[]): Promise<void> {
  for (const row of await query<{ id: number; kind: string }>(
    'SELECT "id", "kind" FROM "Intention" WHERE "doneAt" IS NULL',
  ))
    faults.push(`intention ${row.id} (${row.kind}) is unfinished`)
  for (const row of await query<{ id: number }>(`SELECT "id" FROM "PurgeRun" WHERE "state" = 'running'`))
    faults.push(`purge run ${row.id} is said to be running`)
  for (const row of await query<{ digestHash: string; count: string }>(
    'SELECT "digestHash", count(*) FROM "Tombstone" GROUP BY 1 HAVING count(*) > 1',
  ))
    faults.push(`${row.count} tombstones of one message`)
  if (alone) {
    const [back] = await query<{ count: string }>('SELECT count(*) FROM "Tombstone" WHERE "reappearedAt" IS NOT NULL')
    if (back!.count !== '0') faults.push(`${back!.count} purged messages were found on the server afterwards`)
    const [buried] = await query<{ count: string }>('SELECT count(*) FROM "Tombstone"')
    const due = planned.filter((plan) => plan.fate === 'goes').length
    if (Number(buried!.count) !== due) faults.push(`${buried!.count} tombstones for ${due} messages`)
  }
}

async function checkAudit({ archive, query }: Look, faults: string[]): Promise<void> {
  await verifyAudit(archive).catch(() => faults.push('the audit chain is broken'))
  for (const kind of ['archived', 'purged']) {
    const told = await query<{ id: string; count: string }>(
      `SELECT j AS id, count(*) FROM "AuditEvent", jsonb_array_elements_text("payload"->'messages') j WHERE ` +
        `"kind" = '${kind}' GROUP BY 1 HAVING count(*) > 1`,
    )
    for (const row of told) faults.push(`m${row.id} was ${kind} ${row.count} times by the audit log`)
  }
}
