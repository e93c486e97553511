import { readPerson, type PersonDescription, type TermKind } from '../../../core/person/person-terms.ts'
import { requireWhole } from '../../../pipeline/opening/open.ts'
import { readCustomerTerms, scanPerson, type ScanReport } from '../../../pipeline/read/scan-person.ts'
import { scanRows, scanSummary } from '../../../present/scan-report.ts'
import type { TextKey } from '../../../text/texts.ts'
import { badInput } from '../../call/bad-input.ts'
import type { Call } from '../../call/call.ts'
import { EXIT, type ExitCode } from '../../call/exit-codes.ts'
import { parseId } from '../../call/ids.ts'
import { table } from '../../call/table.ts'
import { startBar } from '../../call/progress.ts'
import { accountOf, chosenAccounts, readingOf, withArchive } from '../../call/with-archive.ts'

export async function scan(call: Call): Promise<ExitCode | undefined> {
  const { given, texts } = call
  const described = describedBy(call)
  const customers = given.texts('customer').map((text) => parseId(text, ['k'], texts))
  if (customers.length === 0 && Object.values(described).every((values: string[]) => values.length === 0))
    throw badInput(texts, 'scan', 'scanNobody', 'writeSubject')
  return withArchive(call, async (opened) => {
    // An answer without the mail of one account would pass for whole.
    if (!given.has('account')) requireWhole(opened.brokenAccounts)
    const reading = await readingOf(call, opened)
    const accounts = chosenAccounts(call, opened, given.text('account'))
    for (const customer of customers) {
      const account = await accountOf(call, opened, customer)
      const { addresses, names } = await readCustomerTerms(opened.archive, account, customer.number)
      described.addresses.push(...addresses)
      described.names.push(...names)
    }
    const wanted = { terms: readPerson(described).terms, customerIds: customers.map(({ number }) => number) }
    const bar = startBar(call, texts.scanning)
    const report = await scanPerson(reading, accounts, wanted, (done, total) => bar.update(done, total)).finally(() =>
      bar.stop(),
    )
    call.report(report, () => scanText(call, report))
    return report.unopened.length > 0 ? EXIT.failed : undefined
  })
}

function scanText(call: Call, report: ScanReport): string {
  const { messages } = report
  const found = messages.length === 0 ? [] : [table(call, scanRows(call, messages)), '']
  return [...found, ...scanSummary(call, report)].join('\n')
}

const OPTIONS = {
  address: '--address',
  name: '--name',
  phone: '--phone',
  'personal-number': '--personal-number',
  reference: '--number',
} as const satisfies Record<TermKind, string>

/** What was given, every value usable; a wrong one is named by its option, never shown. */
function describedBy({ given, texts }: Call): PersonDescription {
  const described: PersonDescription = {
    addresses: given.texts('address'),
    names: given.texts('name'),
    phones: given.texts('phone'),
    personalNumbers: given.texts('personalNumber'),
    references: given.texts('number'),
  }
  const [wrong] = readPerson(described).unusable
  if (wrong !== undefined) throw badInput(texts, OPTIONS[wrong.kind], 'scanUnusable', WANTED[wrong.kind])
  return described
}

const WANTED = {
  address: 'writeScanAddress',
  name: 'writeScanName',
  phone: 'writeScanPhone',
  'personal-number': 'writeScanPersonalNumber',
  reference: 'writeScanNumber',
} as const satisfies Record<TermKind, TextKey>
