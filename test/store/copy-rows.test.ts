import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { readCopyRows, writeCopyRows, type CopyRow } from '../../src/store/postgres/copy-rows.ts'

async function readAll(octets: Buffer, size: number, columns: number): Promise<CopyRow[]> {
  const chunks = async function* (): AsyncGenerator<Buffer> {
    for (let at = 0; at < octets.length; at += size) yield await Promise.resolve(octets.subarray(at, at + size))
  }
  const rows: CopyRow[] = []
  for await (const row of readCopyRows(chunks(), columns))
    rows.push(row.map((field) => (field === null ? null : Buffer.from(field))))
  return rows
}

const field = fc.oneof(
  fc.constant(null),
  fc.uint8Array({ maxLength: 40 }).map((octets) => Buffer.from(octets)),
)

describe('binary COPY', () => {
  test('any rows come back, however the stream is cut', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(field, field, field), { maxLength: 20 }),
        fc.integer({ min: 1, max: 200 }),
        async (rows, size) => {
          expect(await readAll(Buffer.concat([...writeCopyRows(rows)]), size, 3)).toEqual(rows)
        },
      ),
    )
  })

  test('cut off anywhere, lengthened, or with other columns it is refused', async () => {
    const whole = Buffer.concat([
      ...writeCopyRows([
        [Buffer.from('a'), null],
        [Buffer.from('bc'), Buffer.alloc(0)],
      ]),
    ])
    for (let end = 0; end < whole.length; end += 1)
      await expect(readAll(whole.subarray(0, end), 7, 2)).rejects.toThrow(RangeError)
    await expect(readAll(Buffer.concat([whole, Buffer.of(0)]), 7, 2)).rejects.toThrow(RangeError)
    await expect(readAll(Buffer.concat([whole, whole.subarray(19)]), 7, 2)).rejects.toThrow(RangeError)
    await expect(readAll(whole, 7, 3)).rejects.toThrow(RangeError)
    await expect(readAll(Buffer.from('PGDUMP and more than enough octets'), 7, 2)).rejects.toThrow(RangeError)
    const negative = Buffer.from(whole)
    negative.writeInt32BE(-5, 21)
    await expect(readAll(negative, 7, 2)).rejects.toThrow(RangeError)
  })
})
