import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { ImportedMessage } from '../../src/mail/import/import-mbox.ts'
import { openImport } from '../../src/mail/import/import.ts'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gallra-import-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

async function all(path: string, after: string | null = null): Promise<ImportedMessage[]> {
  const found: ImportedMessage[] = []
  for await (const one of openImport(path, after)) found.push(one)
  return found
}

const MBOX = `From alice@exempel.se Sun Mar  1 10:00:00 2026
Subject: ett
Status: RO
X-Status: A

>From the start
>>From quoted

From here on it is body, no date.

From bob@exempel.se Mon Mar  2 11:30:00 2026 +0100
Subject: två

Sista raden`

describe('import', () => {
  it('reads mbox with its escapes, dates and flags', async () => {
    const path = join(folder, 'post.mbox')
    await writeFile(path, MBOX)
    const [one, two, ...more] = await all(path)
    expect(more).toEqual([])
    expect(one?.source.toString()).toBe(
      'Subject: ett\nStatus: RO\nX-Status: A\n\nFrom the start\n>From quoted\n\nFrom here on it is body, no date.\n',
    )
    expect(one?.internalDate?.toISOString()).toBe('2026-03-01T10:00:00.000Z')
    expect(one?.flags).toEqual(['\\Seen', '\\Answered'])
    expect(two?.source.toString()).toBe('Subject: två\n\nSista raden')
    expect(two?.internalDate?.toISOString()).toBe('2026-03-02T10:30:00.000Z')
  })

  it('goes on after every position and neither skips nor doubles', async () => {
    const path = join(folder, 'många.mbox')
    await writeFile(
      path,
      Array.from(
        { length: 40 },
        (_, i) => `From a@b.se Sun Mar  1 10:00:00 2026\nSubject: ${i}\n\n${'x'.repeat(70_000)}\n\n`,
      ).join(''),
    )
    const whole = await all(path)
    expect(whole).toHaveLength(40)
    for (const [i, one] of whole.entries()) {
      if (i % 7 !== 0) continue
      const rest = await all(path, one.position)
      expect(rest.map((next) => next.position)).toEqual(whole.slice(i + 1).map((next) => next.position))
      expect(rest[0]?.source.equals(whole[i + 1]?.source ?? Buffer.alloc(0))).toBe(true)
    }
  })

  it('reads Maildir with flags and subfolders, and resumes though flags changed', async () => {
    const root = join(folder, 'Maildir')
    for (const part of ['cur', 'new', 'tmp', '.Skickat/cur', '.Skickat/new'])
      await mkdir(join(root, part), { recursive: true })
    await writeFile(join(root, 'cur', '100.a.host:2,FS'), 'Subject: a\n\na')
    await writeFile(join(root, 'new', '101.b.host'), 'Subject: b\n\nb')
    await writeFile(join(root, 'tmp', '102.half'), 'Subj')
    await writeFile(join(root, '.Skickat', 'cur', '100.c.host:2,'), 'Subject: c\n\nc')
    const found = await all(root)
    expect(found.map((one) => [one.position, one.flags])).toEqual([
      ['.Skickat/100.c.host', []],
      ['/100.a.host', ['\\Flagged', '\\Seen']],
      ['/101.b.host', []],
    ])
    expect((await all(root, '/100.a.host')).map((one) => one.position)).toEqual(['/101.b.host'])
  })

  it('reads a folder of .eml and one .eml, and follows no links', async () => {
    const root = join(folder, 'eml')
    await mkdir(join(root, 'under'), { recursive: true })
    await writeFile(join(root, 'b.eml'), 'Subject: b\n\nb')
    await writeFile(join(root, 'under', 'a.EML'), 'Subject: a\n\na')
    await writeFile(join(root, 'not.txt'), 'x')
    await symlink('/etc/hostname', join(root, 'c.eml'))
    expect((await all(root)).map((one) => one.position)).toEqual(['b.eml', 'under/a.EML'])
    const single = await all(join(root, 'b.eml'))
    expect(single.map((one) => one.source.toString())).toEqual(['Subject: b\n\nb'])
    expect(await all(join(root, 'b.eml'), single[0]?.position ?? null)).toEqual([])
  })

  it.each([
    ['a missing path', 'saknas', null],
    ['an empty file', 'tom', ''],
    ['something else', 'bild.png', '\u0089PNG\r\n'],
  ])('refuses %s clearly', async (_what, name, content) => {
    if (content !== null) await writeFile(join(folder, name), content)
    await expect(all(join(folder, name))).rejects.toMatchObject({ code: 'import-unreadable' })
  })
})
