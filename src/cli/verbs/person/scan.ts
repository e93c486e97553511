import {
  STRENGTHS,
  subjectParts,
  type Strength,
  type SubjectField,
  type SubjectMatch,
} from '../../../core/person/find-person.ts'
import { readSubject, type SubjectDescription, type TermKind } from '../../../core/person/person-terms.ts'
import { scanArchive, type ScanResult } from '../../../pipeline/find/scan.ts'
import type { Account } from '../../../store/accounts.ts'
import { appendAudit } from '../../../store/audit.ts'
import { getWholeCard } from '../../../store/customer/customers.ts'
import { listMessages, openUnlessBroken } from '../../../store/message/messages.ts'
import { inTransaction } from '../../../store/postgres/sql.ts'
import { fill, type TextKey } from '../../../text/texts.ts'
import { badInput } from '../../call/bad-input.ts'
import type { Call } from '../../call/call.ts'
import { EXIT, type ExitCode } from '../../call/exit-codes.ts'
import { parseId } from '../../call/ids.ts'
import { oneLine } from '../../call/plain-text.ts'
import { startBar } from '../../call/progress.ts'
import { table } from '../../call/output.ts'
import { DIRECTIONS, readListed, STATE_TEXTS, type ListedMessage } from '../mail/list.ts'
import {
  accountOf,
  chosenAccounts,
  deciderOf,
  requireWhole,
  withArchive,
  type Opened,
} from '../../call/with-archive.ts'

/** A message that concerns the person, as the verb tells of it. */
interface ScannedMessage extends ListedMessage {
  account: string
  strength: Strength
  /** Filed under a customer that was asked for. */
  byCustomer: boolean
  matches: (SubjectMatch & { found: string })[]
}

export async function scan(call: Call): Promise<ExitCode | undefined> {
  const { given, texts } = call
  const described = describedBy(call)
  const customers = given.texts('customer').map((text) => parseId(text, ['k'], texts))
  if (customers.length === 0 && Object.values(described).every((values: string[]) => values.length === 0))
    throw badInput(texts, 'scan', 'scanNobody', 'writeSubject')
  return withArchive(call, async (opened) => {
    // An answer without the mail of one account would pass for whole.
    if (!given.has('account')) requireWhole(opened.brokenAccounts)
    const decider = given.has('by') ? await deciderOf(call, opened) : null
    const accounts = chosenAccounts(call, opened, given.text('account'))
    const { archive } = opened
    for (const customer of customers) {
      const card = await getWholeCard(
        archive.pool,
        archive,
        (await accountOf(call, opened, customer)).id,
        customer.number,
      )
      described.addresses.push(...card.addresses)
      described.names.push(
        ...[card.chosenName, ...card.names].filter((name) => name?.trim().includes(' ') === true).map(String),
      )
    }
    const wanted = { terms: readSubject(described).terms, customerIds: customers.map(({ number }) => number) }
    const bar = startBar(call, texts.scanning)
    let result: ScanResult
    try {
      result = await scanArchive(
        archive,
        accounts.map(({ id }) => id),
        wanted,
        { onProgress: (done, total) => bar.update(done, total) },
      )
    } finally {
      bar.stop()
    }
    await noteScan(call, opened, accounts, result, decider === null ? 'cli' : `staff:${decider.id}`)
    const messages = await readFindings(opened, accounts, result)
    const [unopened, partly] = [result.unopened, result.partly].map((ids) => ids.map((id) => `m${id}`)) as [
      string[],
      string[],
    ]
    call.report({ scanned: result.scanned, count: messages.length, messages, unopened, partly }, () =>
      scanText(call, result, messages, unopened, partly),
    )
    return unopened.length > 0 ? EXIT.failed : undefined
  })
}

const OPTIONS: Record<TermKind, string> = {
  address: '--address',
  name: '--name',
  phone: '--phone',
  'personal-number': '--personal-number',
  reference: '--number',
}

/** What was given, every value usable; a wrong one is named by its option, never shown. */
function describedBy({ given, texts }: Call): SubjectDescription {
  const described: SubjectDescription = {
    addresses: given.texts('address'),
    names: given.texts('name'),
    phones: given.texts('phone'),
    personalNumbers: given.texts('personalNumber'),
    references: given.texts('number'),
  }
  const [wrong] = readSubject(described).unusable
  if (wrong !== undefined) throw badInput(texts, OPTIONS[wrong.kind], 'scanUnusable', WANTED[wrong.kind])
  return described
}

const WANTED: Record<TermKind, TextKey> = {
  address: 'writeScanAddress',
  name: 'writeScanName',
  phone: 'writeScanPhone',
  'personal-number': 'writeScanPersonalNumber',
  reference: 'writeScanNumber',
}

/** Who looked and what was found, by ids only; a scan that finds nothing is an event too. */
async function noteScan(
  { clock }: Call,
  { archive }: Opened,
  accounts: Account[],
  result: ScanResult,
  actor: string,
): Promise<void> {
  for (const { id } of accounts) {
    const messages = result.findings.filter((finding) => finding.accountId === id).map(({ messageId }) => messageId)
    await inTransaction(archive.pool, (tx) =>
      appendAudit(tx, archive, id, {
        at: clock(),
        actor,
        kind: 'scanned',
        payload: { scanned: result.scanned, messages },
      }),
    )
  }
}

/** The surest first, then the newest; what does not open any more is told with the rest of them. */
async function readFindings(opened: Opened, accounts: Account[], result: ScanResult): Promise<ScannedMessage[]> {
  const { archive } = opened
  const read: { at: number; item: ScannedMessage }[] = []
  for (const account of accounts) {
    const own = new Map(
      result.findings
        .filter((finding) => finding.accountId === account.id)
        .map((finding) => [finding.messageId, finding]),
    )
    // One that was purged since is no more.
    for (const row of await listMessages(archive.pool, account.id, [...own.keys()])) {
      const message = await openUnlessBroken(archive.pool, archive, account.id, row.id)
      if (message === null) {
        if (!result.unopened.includes(row.id)) result.unopened.push(row.id)
        continue
      }
      const { strength, byCustomer, matches } = own.get(row.id)!
      const parts = subjectParts(message)
      const found = matches.map((match) => ({
        ...match,
        found: parts[match.part]?.text.slice(match.start, match.end) ?? '',
      }))
      const item = {
        ...(await readListed(opened, account.id, row, { subject: message.subject })),
        account: account.settings.address,
        strength,
        byCustomer,
        matches: found,
      }
      read.push({ at: row.receivedAt.getTime(), item })
    }
  }
  const rank = ({ item }: { item: ScannedMessage }): number => STRENGTHS.indexOf(item.strength)
  return read.sort((a, b) => rank(a) - rank(b) || b.at - a.at).map(({ item }) => item)
}

function scanText(
  call: Call,
  result: ScanResult,
  messages: ScannedMessage[],
  unopened: string[],
  partly: string[],
): string {
  const { texts } = call
  const countOf = (strength: Strength): number => messages.filter((message) => message.strength === strength).length
  const lines = [
    ...(messages.length === 0 ? [] : [scanTable(call, messages), '']),
    fill(texts.scanned, {
      count: messages.length,
      scanned: result.scanned,
      sure: countOf('identifier'),
      names: countOf('name'),
      weak: countOf('weak'),
    }),
    ...(partly.length === 0
      ? []
      : [fill(texts.scannedPartly, { count: partly.length, ids: partly.slice(0, 20).join(', ') })]),
    ...(unopened.length === 0
      ? []
      : [fill(texts.scannedUnopened, { count: unopened.length, ids: unopened.slice(0, 20).join(', ') })]),
  ]
  return lines.join('\n')
}

function scanTable(call: Call, messages: ScannedMessage[]): string {
  const { texts } = call
  return table(
    call,
    [
      texts.headId,
      texts.headDate,
      texts.headDirection,
      texts.headState,
      texts.headStrength,
      texts.headFound,
      texts.headSubject,
    ],
    messages.map((item) => [
      item.id,
      item.date,
      texts[DIRECTIONS[item.direction]],
      texts[STATE_TEXTS[item.state]],
      texts[STRENGTH_TEXTS[item.strength]],
      oneLine(reasons(call, item), 60),
      oneLine(item.subject ?? texts.subjectBroken, 50),
    ]),
  )
}

const STRENGTH_TEXTS = { identifier: 'strengthIdentifier', name: 'strengthName', weak: 'strengthWeak' } as const
const KIND_TEXTS = {
  address: 'foundAddress',
  name: 'foundName',
  phone: 'foundPhone',
  'personal-number': 'foundPersonalNumber',
  reference: 'foundReference',
} as const satisfies Record<TermKind, TextKey>
const FIELD_TEXTS = {
  subject: 'fieldSubject',
  from: 'fieldFrom',
  to: 'fieldTo',
  text: 'fieldText',
  attachment: 'fieldAttachment',
  header: 'fieldHeader',
  source: 'fieldSource',
} as const satisfies Record<SubjectField, TextKey>

/** `adress (från, text), namn (text)` */
function reasons({ texts }: Call, { byCustomer, matches }: ScannedMessage): string {
  const fields = new Map<TermKind, Set<string>>()
  for (const { kind, field } of matches)
    fields.set(kind, (fields.get(kind) ?? new Set()).add(texts[FIELD_TEXTS[field]]))
  const found = [...fields].map(([kind, where]) => `${texts[KIND_TEXTS[kind]]} (${[...where].join(', ')})`)
  return [...(byCustomer ? [texts.foundCustomer] : []), ...found].join(', ')
}
