import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readAuthentication } from '../../../src/core/message/authentication.ts'
import { connectedComponents } from '../../../src/core/grouping.ts'
import { directionOf } from '../../../src/core/customer/correspondents.ts'
import { identityKeys, resolveCustomer } from '../../../src/core/customer/customer.ts'
import type { Message, OwnIdentity } from '../../../src/core/message/message.ts'
import { LONG } from '../../harness/long.ts'

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

function identify(fields: Partial<Message>, inSent = false) {
  const message = mail(fields)
  return identityKeys(
    message,
    own,
    directionOf(message, own, inSent),
    readAuthentication(message.signs.authenticationResults, own.authservId),
  )
}
const shares = (a: { addressKeys: string[] }, b: { addressKeys: string[] }) =>
  a.addressKeys.some((key) => b.addressKeys.includes(key))
const signed = (name: string, phone: string) =>
  `Hej!\n\nSkrivaren brummar.\n\nMed vänlig hälsning\n${name}\nTel: ${phone}`
const results = (text: string) => ({ ...signs, authenticationResults: [`mx.promix.se; ${text}`] })

describe('the customer', () => {
  const alice = person('alice@example.com', 'Alice Ek')

  it('is the sender of what comes in and the recipient of what goes out', () => {
    const incoming = identify({ from: [alice] })
    expect(incoming).toMatchObject({
      primary: alice,
      addressKeys: ['addr:alice@example.com'],
      ambiguous: false,
      verified: false,
    })
    expect(
      shares(incoming, identify({ from: [person('info@promix.se')], to: [person('Alice@Example.com')] }, true)),
    ).toBe(true)
  })

  it('is one with several addresses when full name and phone agree', () => {
    const work = identify({ from: [alice], text: signed('Alice Ek', '070-123 45 67') })
    const home = identify({
      from: [person('ae@example.net', 'Ek, Alice')],
      text: signed('Alice Ek', '+46 (0)70 123 45 67'),
    })
    expect(shares(work, home)).toBe(true)
    expect(work.evidence.some(({ by }) => by === 'signature')).toBe(true)
  })

  it('is one with several addresses when full name and order number agree', () => {
    const work = identify({ from: [alice], text: 'Hej, ordernr 48213 har inte kommit.\nAlice' })
    const home = identify({ from: [person('ae@example.net', 'Alice Ek')], text: 'Order #48213?' })
    expect(shares(work, home)).toBe(true)
  })

  it('is not told by a number too short to be particular', () => {
    expect(identify({ from: [alice], text: 'Hej, ordernr 4821 har inte kommit.' }).addressKeys).toEqual([
      'addr:alice@example.com',
    ])
  })

  it('is two when two people have one name', () => {
    const one = identify({
      from: [person('anna1@example.com', 'Anna Berg')],
      text: signed('Anna Berg', '070-111 11 11'),
    })
    const two = identify({
      from: [person('anna2@example.com', 'Anna Berg')],
      text: signed('Anna Berg', '070-222 22 22'),
    })
    expect(shares(one, two)).toBe(false)
  })

  it('is two when two people have one phone', () => {
    const one = identify({ from: [person('anna@example.com', 'Anna Berg')], text: signed('Anna Berg', '08-12 34 56') })
    const two = identify({ from: [person('olle@example.com', 'Olle Ask')], text: signed('Olle Ask', '08-12 34 56') })
    expect(shares(one, two)).toBe(false)
  })

  it('of a shared mailbox is one, and ties no person to it', () => {
    const eva = identify({
      from: [person('order@kund.example', 'Eva Lund')],
      text: signed('Eva Lund', '070-333 33 33'),
    })
    const olle = identify({
      from: [person('order@kund.example', 'Olle Ask')],
      text: signed('Olle Ask', '070-444 44 44'),
    })
    expect(eva.addressKeys).toEqual(['addr:order@kund.example'])
    expect(shares(eva, olle)).toBe(true)
  })

  it('who signs with another name than the header gives gets no key of that name', () => {
    const found = identify({
      from: [person('svensson@example.com', 'Per Svensson')],
      text: signed('Eva Svensson', '070-333 33 33'),
    })
    expect(found.addressKeys).toEqual(['addr:svensson@example.com'])
  })

  it('is not read from quoted history', () => {
    const text =
      'Tack!\n\nDen 3 maj 2026 skrev Bob Ask <bob@example.net>:\n' +
      `> ${signed('Alice Ek', '070-123 45 67').replaceAll('\n', '\n> ')}`
    expect(identify({ from: [alice], text }).addressKeys).toEqual(['addr:alice@example.com'])
  })

  it('behind a web form is the visitor', () => {
    const text = 'Namn: Alice Ek\nE-post: alice@example.com\nTelefon: 070-123 45 67\n\nMeddelande: brummar'
    const found = identify({ from: [person('wordpress@promix.se')], text })
    expect(found.addressKeys).toEqual(['addr:alice@example.com', 'person:alice ek|tel:46701234567'])
    expect(found.evidence[0]!.by).toBe('web-form')
  })

  it('of mail staff forward is whoever wrote it first', () => {
    const text = 'Från: Alice Ek <alice@example.com>\nSkickat: igår\nTill: dan@promix.se\nÄmne: Skrivaren\n\nhej'
    const found = identify({ from: [person('dan@promix.se')], subject: 'Vb: Skrivaren', text })
    expect(found).toMatchObject({ primary: alice, addressKeys: ['addr:alice@example.com'] })
  })

  it('is never one of the firm’s own people', () => {
    expect(identify({ from: [person('dan@promix.se')] }).primary).toBeNull()
    expect(identify({ from: [person('info@promix.se')], to: [person('carol@staff.example')] }, true)).toMatchObject({
      primary: null,
      addressKeys: [],
    })
  })

  it.each([
    ['a no-reply address', { from: [person('no-reply@shop.example')] }],
    ['a bounce', { from: [person('MAILER-DAEMON@mx.example')] }],
    ['a newsletter', { from: [alice], signs: { ...signs, listUnsubscribe: '<https://x.example>' } }],
    ['a list', { from: [alice], signs: { ...signs, listId: '<l.example>' } }],
    ['a machine', { from: [alice], signs: { ...signs, autoSubmitted: 'auto-generated' } }],
    ['nobody', {}],
  ])('is not %s', (_, fields) => {
    const found = identify(fields)
    expect(found).toMatchObject({ primary: null, addressKeys: [], ambiguous: false })
    expect(found.evidence).toHaveLength(1)
  })

  it('stays the customer when only their mailbox answers', () => {
    expect(
      identify({ from: [alice], signs: { ...signs, autoSubmitted: 'auto-replied', precedence: 'bulk' } }).primary,
    ).toEqual(alice)
  })

  it('is ambiguous among several who have nothing in common, and not among colleagues', () => {
    const out = (...addresses: string[]) =>
      identify({ from: [person('info@promix.se')], to: addresses.map((address) => person(address)) }, true)
    expect(out('alice@example.com', 'bob@example.net')).toMatchObject({
      primary: null,
      addressKeys: [],
      ambiguous: true,
    })
    expect(out('alice@gmail.com', 'bob@gmail.com').ambiguous).toBe(true)
    expect(out('eva@kund.example', 'olle@kund.example')).toMatchObject({
      ambiguous: false,
      addressKeys: ['addr:eva@kund.example'],
    })
  })

  it('who is spoofed gets a key of its own and nothing that merges', () => {
    const found = identify({
      from: [alice],
      text: signed('Alice Ek', '070-123 45 67'),
      signs: results('dmarc=fail header.from=example.com'),
    })
    expect(found).toMatchObject({ addressKeys: ['spoofed:alice@example.com'], verified: false })
    expect(shares(found, identify({ from: [alice] }))).toBe(false)
  })

  it('is verified when the host vouches for this domain', () => {
    expect(identify({ from: [alice], signs: results('dmarc=pass header.from=example.com') }).verified).toBe(true)
    expect(identify({ from: [alice], signs: results('dmarc=pass header.from=evil.example') }).addressKeys).toEqual([
      'spoofed:alice@example.com',
    ])
  })

  it('is not reached by a stranger’s Reply-To', () => {
    expect(identify({ from: [person('mallory@example.org', 'Alice Ek')], replyTo: [alice] }).addressKeys).toEqual([
      'addr:mallory@example.org',
    ])
  })
})

const candidate = (customerId: number, ...keys: string[]) => ({ customerId, keys, pinned: false })

describe('customers', () => {
  it('that staff have split are not merged again: the address decides', () => {
    const split = [
      { ...candidate(3, 'addr:b', 'person:x'), pinned: true },
      { ...candidate(5, 'addr:a'), pinned: true },
    ]
    expect(resolveCustomer(['addr:a', 'person:x'], split)).toEqual({ kind: 'one', customerId: 5 })
    expect(resolveCustomer(['addr:b', 'person:x'], split)).toEqual({ kind: 'one', customerId: 3 })
    expect(resolveCustomer(['addr:a', 'person:x'], [split[0]!, candidate(5, 'addr:a')])).toEqual({
      kind: 'one',
      customerId: 5,
    })
  })

  it('are found, begun or merged into the oldest', () => {
    const known = [candidate(5, 'addr:a'), candidate(3, 'addr:b', 'person:x')]
    expect(resolveCustomer(['addr:c'], known)).toEqual({ kind: 'none' })
    expect(resolveCustomer([], known)).toEqual({ kind: 'none' })
    expect(resolveCustomer(['addr:a'], known)).toEqual({ kind: 'one', customerId: 5 })
    expect(resolveCustomer(['addr:a', 'person:x'], known)).toEqual({ kind: 'merge', customerId: 3, merged: [5] })
  })

  it('are the same whatever the order of arrival', () => {
    const keys = fc.uniqueArray(fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'), { minLength: 1, maxLength: 3 })
    const traffic = fc.array(keys, { minLength: 2, maxLength: 10 })
    fc.assert(
      fc.property(
        traffic.chain((messages) =>
          fc.tuple(fc.constant(messages), fc.shuffledSubarray([...messages.keys()], { minLength: messages.length })),
        ),
        ([messages, order]) => {
          const edges = messages.flatMap((a, i) =>
            messages.flatMap((b, j): [number, number][] => (i < j && a.some((key) => b.includes(key)) ? [[i, j]] : [])),
          )
          expect(customersOf(messages, order)).toEqual(connectedComponents(messages.length, edges))
        },
      ),
      { numRuns: LONG ? 5_000 : 500 },
    )
  })
})

/** What the store does with one row per key. */
function customersOf(messages: string[][], order: number[]): number[][] {
  const keysOf = new Map<number, Set<string>>()
  const customerOf = new Map<number, number>()
  for (const index of order) {
    const resolution = resolveCustomer(
      messages[index]!,
      [...keysOf].map(([customerId, keys]) => candidate(customerId, ...keys)),
    )
    const id = resolution.kind === 'none' ? customerOf.size + 1 : resolution.customerId
    const merged = resolution.kind === 'merge' ? resolution.merged : []
    keysOf.set(
      id,
      new Set([...(keysOf.get(id) ?? []), ...messages[index]!, ...merged.flatMap((other) => [...keysOf.get(other)!])]),
    )
    for (const other of merged) keysOf.delete(other)
    for (const [message, customer] of customerOf) if (merged.includes(customer)) customerOf.set(message, id)
    customerOf.set(index, id)
  }
  const groups = new Map<number | undefined, number[]>()
  for (const index of messages.keys())
    groups.set(customerOf.get(index), [...(groups.get(customerOf.get(index)) ?? []), index])
  return [...groups.values()]
}
