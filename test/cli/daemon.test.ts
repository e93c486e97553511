import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { connect } from '../../src/pipeline/mailbox/connect.ts'
import type { Mailbox } from '../../src/mail/imap/mailbox-types.ts'
import { dovecotAvailable, startDovecot, type Dovecot } from '../harness/dovecot.ts'
import { mail } from '../harness/mail.ts'
import { buildProgram, runProgram, type Running } from '../harness/program.ts'

const MB = 1024 * 1024
/** Names, addresses, subjects, folder names, reasons and passwords that no log may hold. */
const SECRETS = [
  'alice',
  'ek@kund',
  'sällsynthet',
  'kvibblande',
  'kundmapp',
  'hemligt',
  'bokmärkesfel',
  'anteckningsskäl',
]

it.runIf(!dovecotAvailable())('Dovecot is not installed: the daemon tests are skipped', ({ skip }) => skip())

describe.skipIf(!dovecotAvailable())('the program as its user runs it', () => {
  let server: Dovecot
  let directory: string
  let mailbox: Mailbox
  const logs: (() => string)[] = []
  const running: Running[] = []

  beforeAll(async () => {
    buildProgram()
    server = await startDovecot({ tls: true })
    directory = mkdtempSync(join(tmpdir(), 'gallra-daemon-'))
    // As root the database runs as another user, who has to pass; otherwise its log would lie elsewhere.
    chmodSync(directory, 0o711)
    writeFileSync(join(directory, 'password'), `${server.password}\n`)
    writeFileSync(join(directory, 'ca.pem'), server.caPem)
    const own = { addresses: [], domains: [], staffAddresses: [], authservId: null }
    mailbox = await connect({
      address: '',
      host: 'localhost',
      port: server.port,
      security: 'starttls',
      user: server.user,
      password: server.password,
      ca: server.caPem,
      own,
      folders: null,
    })
    await mailbox.createFolder('Kundmapp')
    await put('Kundmapp', 'k1', 'Bokmärkesfel i manualen')
  })
  afterAll(async () => {
    for (const { child } of running) child.kill('SIGKILL')
    await Promise.all(running.map(({ ended }) => ended))
    mailbox.close()
    await server.stop()
    // The last gallra stops the embedded database; one killed at the wrong moment may leave it.
    for (const name of filesOf('postmaster.pid'))
      process.kill(Number(readFileSync(name, 'utf8').split('\n')[0]), 'SIGINT')
    await vi.waitFor(() => expect(filesOf('postmaster.pid')).toEqual([]), { timeout: 20_000, interval: 100 })
    rmSync(directory, { recursive: true, force: true })
  })

  const put = (folder: string, id: string, subject: string) =>
    mailbox.append(
      folder,
      mail({
        id: `${id}@kund.example`,
        from: 'Alice Ek <alice.ek@kund.example>',
        subject,
        body: 'Hej! En sällsynthet: den kvibblande rullen.',
      }),
      [],
      new Date(),
    )

  function start(...args: string[]): Running {
    const program = runProgram(args, { GALLRA_DATA: join(directory, 'data'), GALLRA_LOG: 'trace', LANG: 'en' })
    running.push(program)
    logs.push(() => program.said())
    return program
  }
  const verb = async (...args: string[]) => start(...args).ended
  /** Copies that show their case: what was archived, and the act behind it. */
  const shown = async (folder: string) => {
    await mailbox.openFolder(folder, null, true)
    const rows = (await mailbox.listUids(1)).length === 0 ? [] : await mailbox.fetchFlags('1:*', null)
    return rows.filter(({ flags }) => flags.some((flag) => flag.startsWith('gallra-'))).length
  }

  const filesOf = (ending: string) =>
    readdirSync(join(directory, 'data'), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith(ending))
      .map((name) => join(directory, 'data', name))

  it("connects by STARTTLS with the account's own CA, and not without it", async () => {
    const url = `imap://${encodeURIComponent(server.user)}@localhost:${server.port}`
    const add = [
      'account',
      'add',
      url,
      '--starttls',
      '--domain',
      'promix.se',
      '--password-file',
      join(directory, 'password'),
    ]
    expect(await verb(...add)).toBe(0)
    expect(await verb('account', 'test')).toBe(4)
    expect(await verb(...add, '--replace', '--ca', join(directory, 'ca.pem'))).toBe(0)
    expect(await verb('account', 'test')).toBe(0)
  })

  it('follows, lets one process at a time do it, and another takes over when it is killed', async () => {
    const first = start('serve')
    await expect.poll(() => shown('Kundmapp'), { timeout: 60_000, interval: 300 }).toBe(1)
    await put('INBOX', 'live1', 'Bokmärkesfel ett')
    await expect.poll(() => shown('INBOX'), { timeout: 20_000, interval: 200 }).toBe(1)
    expect(await verb('sync')).toBe(1)
    const second = start('serve')
    await expect.poll(() => second.said().includes('serving'), { timeout: 30_000 }).toBe(true)
    first.child.kill('SIGKILL')
    await first.ended
    await put('INBOX', 'live2', 'Bokmärkesfel två')
    await expect.poll(() => shown('INBOX'), { timeout: 60_000, interval: 300 }).toBe(2)
    expect(await verb('staff', 'add', 'Carol Testare')).toBe(0)
    expect(await verb('override', 'm1', 'support', '--by', 'Carol Testare', '--reason', 'anteckningsskäl')).toBe(0)
    second.child.kill('SIGTERM')
    expect(await second.ended).toBe(0)
  })

  it('takes several messages of 50 MB, never more than a few in memory', async () => {
    // Incompressible, as photographs are.
    let seed = 1
    const photo = Buffer.from(Array.from({ length: MB }, () => (seed = (seed * 48271) % 2147483647) & 255))
    const base64 = photo.toString('base64').replace(/.{76}/g, '$&\r\n')
    for (let number = 0; number < 3; number += 1) {
      const head = [
        'From: Alice Ek <alice.ek@kund.example>',
        'To: info@promix.se',
        `Subject: Bilder ${number}`,
        `Message-ID: <stor${number}@kund.example>`,
        'MIME-Version: 1.0',
        'Content-Type: multipart/mixed; boundary=b',
        '',
        '--b',
        'Content-Type: text/plain',
        '',
        `Hej! Bild ${number}.`,
        '--b',
        'Content-Type: image/jpeg; name=bild.jpg',
        'Content-Transfer-Encoding: base64',
        '',
        '',
      ].join('\r\n')
      await mailbox.append(
        'INBOX',
        Buffer.concat([
          Buffer.from(head),
          ...Array.from({ length: 36 }, () => Buffer.from(`${base64}\r\n`)),
          Buffer.from('--b--\r\n'),
        ]),
        [],
        new Date(),
      )
    }
    const program = start('sync')
    let peak = 0
    const watch = setInterval(() => {
      try {
        const line = /VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${program.child.pid}/status`, 'utf8'))
        peak = Math.max(peak, Number(line?.[1] ?? 0) / 1024)
      } catch {
        // It has ended.
      }
    }, 20)
    expect(await program.ended).toBe(0)
    clearInterval(watch)
    expect(await shown('INBOX')).toBe(5)
    expect(peak).toBeGreaterThan(50)
    // Three are 150 MB as they lie on the server; 450 MB is the goal, 455 to 460 were measured.
    expect(peak).toBeLessThan(512)
  })

  it("writes ids into its logs and nothing of people, the database's own log included", () => {
    const files = filesOf('.log')
    expect(files.length).toBeGreaterThan(0)
    const texts = [...logs.map((read) => read()), ...files.map((path) => readFileSync(path, 'utf8'))]
      .join('\n')
      .toLowerCase()
    expect(texts).toContain('caught up')
    expect(SECRETS.filter((secret) => texts.includes(secret))).toEqual([])
  })
})
