/** A scan of everything for one person, as `gallra scan` does it, without opening the archive. */
import { readPerson } from '../../../src/core/person/person-terms.ts'
import { scanArchive } from '../../../src/pipeline/find/scan.ts'
import { listAccounts } from '../../../src/store/accounts.ts'
import { openBenchArchive, type BenchPlace } from '../archive.ts'
import { options, report } from '../child.ts'

const the = options() as BenchPlace & { threads: number; addresses: string[]; names: string[]; phones: string[] }
const archive = await openBenchArchive(the)
const [account] = await listAccounts(archive)
const { terms } = readPerson({
  addresses: the.addresses,
  names: the.names,
  phones: the.phones,
  personalNumbers: ['19900101-2385'],
  references: ['A-10457'],
})
const started = performance.now()
const result = await scanArchive(archive, [account!.id], { terms, customerIds: [] }, { threads: the.threads })
report((performance.now() - started) / 1000, { scanned: result.scanned, found: result.findings.length })
await archive.close()
