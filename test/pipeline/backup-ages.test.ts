import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { ingest } from '../../src/pipeline/ingest/ingest.ts'
import { purge } from '../../src/pipeline/purge/purge.ts'
import { armPurge } from '../../src/pipeline/decide/staff-decisions.ts'
import { turnEpochs } from '../../src/pipeline/purge/upkeep.ts'
import { verifyBackup } from '../../src/store/backup/check.ts'
import { missingEpochs, type Manifest } from '../../src/store/backup/manifest.ts'
import { writeBackup } from '../../src/store/backup/write.ts'
import { openRowKey } from '../../src/store/keys/sealed-row.ts'
import { carol, NOW, RULES, testAccount, testArchive, type TestArchive } from '../harness/archive.ts'
import { readContent, restored, temporary } from '../harness/backup.ts'
import { mail } from '../harness/mail.ts'

const DAY = 86_400_000
const PURGE_DAY = 17
const DAYS = 75

let test: TestArchive
let directory: string
beforeEach(async () => {
  test = await testArchive()
  directory = temporary('ages')
})
afterEach(async () => {
  await test.drop()
  rmSync(directory, { recursive: true, force: true })
})

interface Dumped {
  id: number
  epoch: number
  wrappedKey: Buffer
}

/** A backup each noon and the nightly job at 01:40 UTC, for eleven weeks; a purge on day 17. */
it(
  'backups of every age: restorable for 23 days at least, and no purged message readable 30 days after its purge',
  { timeout: 240_000 },
  async () => {
    const { archive } = test
    const account = await testAccount(archive)
    const at = (day: number, hours: number) =>
      new Date(Date.parse('2026-11-25T00:00:00Z') + day * DAY + hours * 3_600_000)
    const source = mail({
      id: 'old@example.se',
      from: 'alice@example.se',
      subject: 'Hur byter jag rulle?',
      body: 'Hej! Hur byter jag rulle i skrivaren?',
      date: '2024-01-10T09:00:00Z',
    })
    const kept = mail({
      id: 'kept@example.se',
      from: 'bob@example.se',
      subject: 'Öppettider',
      body: 'Hur ställer jag in skrivaren?',
    })
    await ingest(
      { archive, account, rules: RULES, folder: null },
      [
        { uid: 0, flags: [], internalDate: new Date('2024-01-10T09:00:00Z'), source, size: source.length },
        { uid: 0, flags: [], internalDate: NOW, source: kept, size: kept.length },
      ],
      NOW,
    )
    const staff = await carol(archive)
    await armPurge(archive, staff.id, true, NOW)
    const identity = `Message:${account.id}:1`
    const opens = (row: Dumped) => {
      try {
        openRowKey(archive.keyring, row, identity)
        return true
      } catch {
        return false
      }
    }
    const backups: { day: number; manifest: Manifest; row: Dumped | undefined }[] = []
    const ages = { shortest: Infinity, longest: 0 }
    for (let day = 0; day < DAYS; day += 1) {
      await turnEpochs(archive, RULES, at(day, 1.67))
      for (const { day: made, manifest, row } of backups) {
        const age = day - made
        const alive = missingEpochs(manifest, archive.keyring).length === 0
        // The manifest said so beforehand, to the day.
        expect([made, day, alive]).toEqual([
          made,
          day,
          at(day, 0).toISOString().slice(0, 10) <= manifest.restorableUntil!,
        ])
        if (alive) ages.longest = Math.max(ages.longest, age)
        else ages.shortest = Math.min(ages.shortest, age - 1)
        if (row !== undefined) expect([made, day, opens(row)]).toEqual([made, day, alive])
        if (row !== undefined && day >= PURGE_DAY + 30) expect([made, day, opens(row)]).toEqual([made, day, false])
      }
      const manifest = await writeBackup(archive, join(directory, `day${day}`), { epochDays: 30 }, at(day, 12))
      const { rows } = await archive.pool.query<Dumped>(
        'SELECT "id", "epoch", "wrappedKey" FROM "Message" WHERE "id" = 1',
      )
      backups.push({ day, manifest, row: rows[0] })
      if (day === PURGE_DAY)
        expect(await purge({ archive, account, rules: RULES, mailbox: null, clock: () => at(day, 13) })).toMatchObject({
          purged: 1,
        })
      // One of 23 days comes back with all that was not purged since, and one of yesterday too.
      for (const age of day === 40 || day === 66 ? [1, 23] : []) {
        await verifyBackup(join(directory, `day${day - age}`), archive.keyring)
        const {
          archive: back,
          report,
          drop,
        } = await restored(join(directory, `day${day - age}`), test.keysDirectory, at(day, 14))
        expect(report).toMatchObject({ messages: 1, dropped: day - age <= PURGE_DAY ? 1 : 0 })
        expect([...(await readContent(back)).values()].map((each) => each.source)).toEqual([kept.toString('latin1')])
        await drop()
      }
    }
    expect(backups.filter(({ row }) => row !== undefined)).toHaveLength(PURGE_DAY + 1)
    expect(ages.shortest).toBeGreaterThanOrEqual(23)
    expect(ages.longest).toBeLessThanOrEqual(30)
    expect((await readContent(archive)).size).toBe(1)
  },
)
