import { createServer, type Server, type Socket } from 'node:net'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { sendMessage, tryLogin } from '../../src/mail/smtp/send.ts'
import { startSmtp, type SmtpFault, type TestSmtp } from '../harness/smtp.ts'

const SOURCE = Buffer.from('Message-ID: <a@promix.se>\r\nFrom: info@promix.se\r\nSubject: x\r\n\r\nHej\r\n')
const ENVELOPE = { from: 'info@promix.se', to: 'carol@promix.se' }

let server: TestSmtp
beforeAll(async () => {
  server = await startSmtp()
})
afterAll(() => server.stop())
beforeEach(() => {
  server.received.length = 0
  server.logins = 0
  server.fault = 'take'
})

describe('a message handed in', () => {
  test('goes over STARTTLS with a verified certificate and the login, octet for octet', async () => {
    expect(await sendMessage(server.login(), ENVELOPE, SOURCE)).toBe('accepted')
    expect(server.received).toEqual([{ to: ['carol@promix.se'], source: SOURCE.toString(), secure: true }])
  })

  test.each<[SmtpFault, string]>([
    ['refuse-recipient', 'refused'],
    ['defer-recipient', 'deferred'],
    ['refuse-data', 'refused'],
    ['defer-data', 'deferred'],
    ['cut-after-data', 'unknown'],
    ['close-with-421', 'unknown'],
  ])('%s is %s', async (fault, outcome) => {
    server.fault = fault
    expect(await sendMessage(server.login(), ENVELOPE, SOURCE)).toBe(outcome)
  })
})

describe('before anything is handed in', () => {
  test('a certificate nobody vouches for is refused, and no password is shown', async () => {
    await expect(sendMessage(server.login({ ca: null }), ENVELOPE, SOURCE)).rejects.toMatchObject({
      code: 'certificate-refused',
    })
    expect([server.logins, server.received.length]).toEqual([0, 0])
  })

  test('a wrong password is told as such', async () => {
    await expect(tryLogin(server.login({ password: 'fel' }))).rejects.toMatchObject({ code: 'smtp-login-refused' })
  })

  test('plain text goes to this computer only', async () => {
    await expect(tryLogin(server.login({ host: 'mail.example.se', security: 'none' }))).rejects.toMatchObject({
      code: 'plain-text-refused',
    })
  })

  test('a server without STARTTLS gets no password when STARTTLS was asked for', async () => {
    const plain = await startSmtp({ starttls: false })
    await expect(tryLogin(plain.login())).rejects.toMatchObject({ code: 'mail-server-unreachable' })
    expect(plain.logins).toBe(0)
    expect(await sendMessage(plain.login({ host: '127.0.0.1', security: 'none' }), ENVELOPE, SOURCE)).toBe('accepted')
    await plain.stop()
  })

  test('nobody listening, and one who hangs up, are told as unreachable', async () => {
    const silent = createServer((socket: Socket) => socket.destroy())
    const port = await listening(silent)
    await expect(tryLogin(server.login({ port }))).rejects.toMatchObject({ code: 'mail-server-unreachable' })
    await new Promise((resolve) => silent.close(resolve))
    await expect(tryLogin(server.login({ port }))).rejects.toMatchObject({
      code: 'mail-server-unreachable',
      details: { problem: 'ECONNREFUSED' },
    })
  })
})

function listening(server: Server): Promise<number> {
  return new Promise((resolve) =>
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      resolve(typeof address === 'object' && address !== null ? address.port : 0)
    }),
  )
}
