/** What a scan is measured against: the same texts read and decrypted by as many threads, and dropped. */
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads'
import { listAccounts } from '../../../src/store/accounts.ts'
import { contentBounds, openContent, readContents } from '../../../src/store/message/contents.ts'
import { createPool } from '../../../src/store/postgres/sql.ts'
import { openBenchArchive, type BenchPlace } from '../archive.ts'
import { options, report } from '../child.ts'

interface Share {
  databaseUrl: string
  epochs: { id: number; key: Uint8Array }[]
  accountId: number
  afterId: number
  untilId: number
}

if (isMainThread) {
  const the = options() as BenchPlace & { threads: number }
  const archive = await openBenchArchive(the)
  const accountId = (await listAccounts(archive))[0]!.id
  const epochs = archive.keyring.epochs().map(({ id, key }) => ({ id, key: Uint8Array.from(key) }))
  const started = performance.now()
  const { firstId, lastId } = (await contentBounds(archive.pool, accountId))!
  const size = Math.ceil((lastId - firstId + 1) / the.threads)
  const read = await Promise.all(
    Array.from({ length: the.threads }, (_, at) => {
      const afterId = firstId - 1 + at * size
      const share: Share = {
        databaseUrl: archive.databaseUrl,
        epochs,
        accountId,
        afterId,
        untilId: Math.min(afterId + size, lastId),
      }
      const worker = new Worker(new URL(import.meta.url), { workerData: share })
      return new Promise<number>((resolve, reject) => worker.on('message', resolve).on('error', reject))
    }),
  )
  report((performance.now() - started) / 1000, { read: read.reduce((sum, one) => sum + one, 0) })
  await archive.close()
} else {
  const share = workerData as Share
  const pool = createPool(share.databaseUrl)
  const keys = { epochKey: (id: number) => Buffer.from(share.epochs.find((epoch) => epoch.id === id)!.key) }
  let messages = 0
  for await (const page of readContents(pool, share))
    for (const row of page) messages += openContent(keys, share.accountId, row).length > 0 ? 1 : 0
  await pool.end()
  parentPort!.postMessage(messages)
}
