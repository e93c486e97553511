import { STRENGTHS, personParts, type Strength, type PersonMatch } from '../../core/person/find-person.ts'
import type { PersonTerm } from '../../core/person/person-terms.ts'
import type { Account } from '../../store/accounts.ts'
import type { Archive } from '../../store/archive.ts'
import { getWholeCard } from '../../store/customer/customers.ts'
import { listMessages } from '../../store/message/messages.ts'
import { scanArchive, type ScanResult } from '../find/scan.ts'
import { noteScan, openNotedMessage, type Noted, type Reading } from './audited.ts'
import { readListed, type ListedMessage } from './list-messages.ts'

/** A message that concerns the person. */
export interface ScannedMessage extends ListedMessage {
  /** The account's address. */
  account: string
  strength: Strength
  /** Filed under a customer that was asked for. */
  byCustomer: boolean
  matches: (PersonMatch & { found: string })[]
}

export interface ScanReport {
  /** Messages looked through. */
  scanned: number
  count: number
  /** The surest first, then the newest. */
  messages: ScannedMessage[]
  /** Messages that cannot be decrypted, so that the answer is not complete: m12. */
  unopened: string[]
  /** Messages whose text could not be read whole, for a person to look at: m12. */
  partly: string[]
}

export interface Wanted {
  terms: PersonTerm[]
  customerIds: number[]
}

/**
 * The addresses and whole names on a customer's card, to be looked for beside what was given.
 * @throws GallraError not-found, customer-broken
 */
export async function readCustomerTerms(
  archive: Archive,
  account: Account,
  customerId: number,
): Promise<{ addresses: string[]; names: string[] }> {
  const { addresses, chosenName, names } = await getWholeCard(archive.pool, archive, account.id, customerId)
  return {
    addresses,
    names: [chosenName, ...names].filter((name) => name !== null && name.trim().includes(' ')) as string[],
  }
}

/** All that concerns a person (GDPR Art. 15), limited and due mail too. */
export async function scanPerson(
  reading: Reading,
  accounts: readonly Account[],
  wanted: Wanted,
  onProgress?: (done: number, total: number) => void,
): Promise<ScanReport> {
  const accountIds = accounts.map(({ id }) => id)
  const result = await scanArchive(reading.archive, accountIds, wanted, onProgress === undefined ? {} : { onProgress })
  const noted = await noteScan(
    reading,
    accountIds,
    result.scanned,
    result.findings.map(({ accountId, messageId }) => ({ accountId, id: messageId })),
  )
  const messages = await openFindings(noted, accounts, result)
  const idsOf = (ids: number[]): string[] => ids.map((id) => `m${id}`)
  return {
    scanned: result.scanned,
    count: messages.length,
    messages,
    unopened: idsOf(result.unopened),
    partly: idsOf(result.partly),
  }
}

/** A finding that cannot be decrypted any more joins `result.unopened`. */
async function openFindings(noted: Noted, accounts: readonly Account[], result: ScanResult): Promise<ScannedMessage[]> {
  const read: { at: number; item: ScannedMessage }[] = []
  for (const account of accounts) {
    const findings = result.findings.filter((finding) => finding.accountId === account.id)
    const own = new Map(findings.map((finding) => [finding.messageId, finding]))
    // One that was purged since the scan has no row.
    for (const row of await listMessages(noted.archive.pool, account.id, [...own.keys()])) {
      const message = await openNotedMessage(noted, { accountId: account.id, id: row.id })
      if (message === null) {
        if (!result.unopened.includes(row.id)) result.unopened.push(row.id)
        continue
      }
      const { strength, byCustomer, matches } = own.get(row.id)!
      const parts = personParts(message)
      const item = {
        ...(await readListed(noted, account.id, row, message)),
        account: account.settings.address,
        strength,
        byCustomer,
        matches: matches.map((match) => ({
          ...match,
          found: parts[match.part]?.text.slice(match.start, match.end) ?? '',
        })),
      }
      read.push({ at: row.receivedAt.getTime(), item })
    }
  }
  const rank = ({ item }: { item: ScannedMessage }): number => STRENGTHS.indexOf(item.strength)
  return read.sort((a, b) => rank(a) - rank(b) || b.at - a.at).map(({ item }) => item)
}
