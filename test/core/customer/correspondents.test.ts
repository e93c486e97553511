import { describe, expect, it } from 'vitest'
import {
  addressKey,
  correspondenceOf,
  correspondentsOf,
  directionOf,
  isTrustedOutgoing,
  senderIsStaff,
} from '../../../src/core/customer/correspondents.ts'
import type { Message, OwnIdentity } from '../../../src/core/message/message.ts'

const own: OwnIdentity = {
  addresses: ['info@promix.se'],
  domains: ['promix.se'],
  staffAddresses: ['dan@promix.se', 'carol@staff.example'],
  authservId: 'mx.promix.se',
}
const signs = {
  autoSubmitted: '',
  precedence: '',
  listId: '',
  listUnsubscribe: '',
  returnPath: '',
  authenticationResults: [],
}

function mail(fields: Partial<Message>): Message {
  return {
    messageId: null,
    inReplyTo: [],
    references: [],
    from: [],
    replyTo: [],
    to: [{ name: '', address: 'info@promix.se' }],
    cc: [],
    bcc: [],
    date: null,
    subject: '',
    text: '',
    newText: '',
    attachments: [],
    signs,
    digest: '',
    ...fields,
  }
}
const person = (address: string, name = '') => ({ name, address })

const alice = person('alice@example.com', 'Alice Ek')
const form =
  'Namn: Alice Ek\nE-post: alice@example.com\nTelefon: 070-123 45 67\nOrdernummer: ' +
  '48213\n\nMeddelande:\nSkrivaren brummar'

describe('the direction', () => {
  it.each([
    ['a customer writes', mail({ from: [alice] }), false, 'incoming'],
    ['a copy lies in Sent', mail({ from: [person('info@promix.se')], to: [alice] }), true, 'outgoing'],
    [
      'staff write to a customer from elsewhere',
      mail({ from: [person('dan@promix.se')], to: [alice] }),
      false,
      'outgoing',
    ],
    ['staff write to the mailbox', mail({ from: [person('dan@promix.se')] }), false, 'internal'],
    [
      'the mailbox writes to staff at another domain',
      mail({ from: [person('info@promix.se')], to: [person('carol@staff.example')] }),
      true,
      'internal',
    ],
    ['the website passes on a form', mail({ from: [person('info@promix.se')], text: form }), false, 'incoming'],
    ['nobody is named', mail({}), false, 'incoming'],
  ] as const)('when %s is %#', (_, message, inSent, direction) => {
    expect(directionOf(message, own, inSent)).toBe(direction)
  })

  it('is trusted as outgoing only in Sent or with the host’s word', () => {
    const claimed = mail({ from: [person('info@promix.se')], to: [alice] })
    expect(isTrustedOutgoing(claimed, own, false, false)).toBe(false)
    expect(isTrustedOutgoing(claimed, own, false, true)).toBe(true)
    expect(isTrustedOutgoing(claimed, own, true, false)).toBe(true)
    expect(isTrustedOutgoing(mail({ from: [alice] }), own, false, true)).toBe(false)
  })
})

describe('the correspondents', () => {
  it('of what comes in are its sender, never those in Cc', () => {
    expect(correspondentsOf(mail({ from: [alice], cc: [person('bob@example.net')] }), own)).toEqual([alice])
  })

  it('of what goes out are its recipients outside the firm, each once', () => {
    const message = mail({
      from: [person('info@promix.se')],
      to: [alice, person('carol@staff.example')],
      cc: [person('ALICE+x@example.com')],
      bcc: [person('bob@example.net')],
    })
    expect(correspondentsOf(message, own).map(({ address }) => addressKey(address))).toEqual([
      'alice@example.com',
      'bob@example.net',
    ])
  })

  it('of the website’s form are the visitor', () => {
    const found = correspondenceOf(mail({ from: [person('wordpress@promix.se')], text: form }), own)
    expect(found).toMatchObject({
      correspondents: [alice],
      by: 'web-form',
      form: { phones: ['46701234567'], numbers: ['48213'] },
    })
    const english = 'Name: Alice Ek\nE-mail: alice@example.com\nPhone: +46 70 123 45 67'
    expect(correspondentsOf(mail({ from: [person('noreply@forms.example')], text: english }), own)).toEqual([alice])
  })

  it('of a form without fields are in Reply-To', () => {
    expect(correspondentsOf(mail({ from: [person('info@promix.se')], replyTo: [alice], text: 'Hej' }), own)).toEqual([
      alice,
    ])
  })

  it('of a form are what its first fields say, not what the visitor wrote below them', () => {
    const imitated = `${form}\nE-post: victim@example.net`
    expect(correspondentsOf(mail({ from: [person('wordpress@promix.se')], text: imitated }), own)).toEqual([alice])
  })

  it('are not taken from fields or a forward in a stranger’s mail', () => {
    const mallory = person('mallory@example.org')
    expect(correspondentsOf(mail({ from: [mallory], text: form, replyTo: [alice] }), own)).toEqual([mallory])
    const forward =
      '---------- Forwarded message ---------\nFrom: Alice Ek <alice@example.com>\nDate: x\nSubject: y\nTo: z\n\nhej'
    expect(correspondentsOf(mail({ from: [mallory], subject: 'Fwd: y', text: forward }), own)).toEqual([mallory])
  })

  it('of what staff forward are whoever wrote the mail inside', () => {
    const text =
      'Ta denna\n\nFrån: Alice Ek <alice@example.com>\nSkickat: igår\nTill: dan@promix.se\nÄmne: Skrivaren\n\nhej'
    const message = mail({ from: [person('dan@promix.se')], subject: 'Vb: Skrivaren', text })
    expect(correspondenceOf(message, own)).toMatchObject({ correspondents: [alice], by: 'forwarded' })
    expect(senderIsStaff(message, own)).toBe(true)
  })

  it('of a forward of the firm’s own mail are nobody', () => {
    const text = 'Från: Info <info@promix.se>\nSkickat: igår\nTill: dan@promix.se\nÄmne: Skrivaren\n\nhej'
    expect(correspondentsOf(mail({ from: [person('dan@promix.se')], subject: 'Vb: Skrivaren', text }), own)).toEqual([])
  })
})
