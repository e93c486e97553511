import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { connectedComponents } from '../../../src/core/grouping.ts'
import type { Message, OwnIdentity } from '../../../src/core/message/message.ts'
import {
  linkMessages,
  resolveThread,
  threadKeys,
  threadNode,
  type ThreadNode,
} from '../../../src/core/conversation/thread.ts'
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

const T0 = Date.UTC(2026, 0, 5)
const node = (fields: Partial<ThreadNode>): ThreadNode => ({
  idKey: null,
  referenceKeys: [],
  subjectKey: null,
  correspondentKeys: ['alice'],
  reply: false,
  outgoing: false,
  spoofed: false,
  at: new Date(T0),
  ...fields,
})
const later = (days: number) => new Date(T0 + days * 86_400_000)

function finds(newcomer: ThreadNode, stored: ThreadNode): boolean {
  const { shared, named } = threadKeys(newcomer)
  return threadKeys(stored).stored.some((key) => shared.includes(key) || named.includes(key))
}

/** What the store does: candidates by key, then join, start or merge. Answers the partition as sorted lists. */
function archive(nodes: ThreadNode[], order: number[]): number[][] {
  const conversationOf = new Map<number, number>()
  for (const index of order) {
    const candidates = [...conversationOf]
      .filter(([other]) => finds(nodes[index]!, nodes[other]!))
      .map(([other, conversationId]) => ({ conversationId, node: nodes[other]! }))
    const { conversationId, merged } = resolveThread(nodes[index]!, candidates)
    for (const [other, id] of conversationOf) if (merged.includes(id)) conversationOf.set(other, conversationId!)
    conversationOf.set(index, conversationId ?? conversationOf.size + 1000)
  }
  const groups = new Map<number | undefined, number[]>()
  for (const index of nodes.keys())
    groups.set(conversationOf.get(index), [...(groups.get(conversationOf.get(index)) ?? []), index])
  return [...groups.values()]
}

describe('two messages are linked', () => {
  const first = node({ idKey: 'm1' })

  it('when one names the other and they share a correspondent', () => {
    const reply = node({ idKey: 'm2', referenceKeys: ['m1'] })
    expect(linkMessages(first, reply)).toEqual({ by: 'reference', key: 'm1', shared: 'alice' })
    expect(linkMessages(reply, first)).toEqual({ by: 'reference', key: 'm1', shared: 'alice' })
  })

  it('when both name a third that was never seen', () => {
    expect(linkMessages(node({ referenceKeys: ['ghost', 'x'] }), node({ referenceKeys: ['ghost'] }))?.by).toBe(
      'shared-reference',
    )
  })

  it('when the firm forwards to a supplier, and the supplier answers', () => {
    const forward = node({ idKey: 'f', referenceKeys: ['m1'], correspondentKeys: ['supplier'], outgoing: true })
    const answer = node({ idKey: 's', referenceKeys: ['m1', 'f'], correspondentKeys: ['supplier'] })
    expect(archive([first, forward, answer], [0, 2, 1])).toEqual([[0, 1, 2]])
  })

  it('when a vouched-for person answers from another address, but not by what another merely signs', () => {
    const work = node({ idKey: 'm1', personKeys: ['anna|tel'] })
    const home = node({ idKey: 'm2', referenceKeys: ['m1'], correspondentKeys: ['home'], personKeys: ['anna|tel'] })
    expect(linkMessages(work, home)).toEqual({ by: 'reference', key: 'm1', shared: 'anna|tel' })
    expect(linkMessages(work, { ...home, personKeys: [] })).toBeNull()
    expect(linkMessages(work, { ...home, referenceKeys: ['ghost'] })).toBeNull()
    expect(linkMessages({ ...work, referenceKeys: ['ghost'] }, { ...home, referenceKeys: ['ghost'] })?.by).toBe(
      'shared-reference',
    )
  })

  it('by subject when the references were lost, within thirty days', () => {
    const start = node({ idKey: 'm1', subjectKey: 'skrivaren brummar' })
    const reply = (days: number) => node({ idKey: 'm2', subjectKey: 'skrivaren brummar', reply: true, at: later(days) })
    expect(linkMessages(start, reply(30))).toEqual({
      by: 'subject',
      key: 'skrivaren brummar',
      shared: 'alice',
      days: 30,
    })
    expect(linkMessages(reply(31), start)).toBeNull()
    expect(linkMessages(start, { ...reply(1), reply: false })).toBeNull()
    expect(linkMessages(start, { ...reply(1), correspondentKeys: ['bob'] })).toBeNull()
    expect(linkMessages(start, { ...reply(1), referenceKeys: ['ghost'] })).toBeNull()
  })
})

describe('a stranger cannot steer', () => {
  const first = node({ idKey: 'm1' })
  const forged = node({ idKey: 'evil', referenceKeys: ['ghost', 'm1'], correspondentKeys: ['mallory'] })

  it('a forged reference starts its own conversation and is marked', () => {
    const candidates = [{ conversationId: 7, node: first }]
    expect(resolveThread(forged, candidates)).toEqual({
      kind: 'start',
      conversationId: null,
      merged: [],
      evidence: [],
      forged: true,
    })
  })

  it('the firm’s answer to the stranger, which carries on the forged references, does not pull them in either', () => {
    const answer = node({
      idKey: 'a',
      referenceKeys: ['ghost', 'm1', 'evil'],
      correspondentKeys: ['mallory'],
      outgoing: true,
    })
    expect(archive([first, forged, answer], [0, 1, 2])).toEqual([[0], [1, 2]])
    expect(resolveThread(answer, [{ conversationId: 7, node: first }]).forged).toBe(false)
  })

  it('a Message-ID used again is not joined by the firm’s answer to the message that first bore it', () => {
    const impostor = node({ idKey: 'm1', correspondentKeys: ['mallory'] })
    const answer = node({ idKey: 'a', referenceKeys: ['m1'], outgoing: true, forward: false })
    expect(archive([first, impostor, answer], [0, 1, 2])).toEqual([[0, 2], [1]])
    expect(archive([first, impostor, answer], [2, 1, 0])).toEqual([[0, 2], [1]])
  })

  it('nor when it names several senders, or comes from a form robot, so that it proves none', () => {
    const facts = { direction: 'incoming', at: later(0), trustedOutgoing: false } as const
    const [alice, mallory, robot] = [
      person('alice@example.com'),
      person('mallory@example.org'),
      person('noreply@example.org'),
    ]
    const incoming = (fields: Partial<Message>) =>
      threadNode(mail({ messageId: 'm1@example.com', subject: 'Trasig', ...fields }), own, facts)
    const answerTo = (...to: ReturnType<typeof person>[]) =>
      threadNode(
        mail({
          messageId: 'a',
          inReplyTo: ['<m1@example.com>'],
          references: ['<m1@example.com>'],
          from: [person('info@promix.se')],
          to,
          subject: 'SV: Trasig',
        }),
        own,
        { direction: 'outgoing', at: later(1), trustedOutgoing: true },
      )
    const original = incoming({ from: [alice] })
    const impostors = [
      incoming({ from: [mallory, alice] }),
      incoming({ from: [alice, mallory] }),
      incoming({ from: [person('info@promix.se'), alice] }),
      incoming({ from: [robot], replyTo: [mallory] }),
      incoming({ from: [robot], text: 'E-post: mallory@example.org' }),
      incoming({ from: [] }),
    ]
    for (const impostor of impostors) {
      for (const order of [
        [0, 1, 2],
        [2, 1, 0],
        [1, 2, 0],
      ])
        expect(archive([original, impostor, answerTo(alice)], order)).toEqual([[0, 2], [1]])
    }
    // Stored before it was told whom they name.
    const old = { ...impostors[0]! }
    delete old.claimedKeys
    expect(linkMessages(old, answerTo(alice))).toBeNull()
    // What is answered as it asks for is answered.
    expect(linkMessages(incoming({ from: [mallory, alice] }), answerTo(alice, mallory))?.by).toBe('reference')
    expect(linkMessages(incoming({ from: [robot], replyTo: [alice] }), answerTo(alice))?.by).toBe('reference')
    expect(linkMessages(incoming({ from: [robot], text: 'E-post: alice@example.com' }), answerTo(alice))?.by).toBe(
      'reference',
    )
  })

  it('a Message-ID used again is not joined by the firm’s forward of the message that first bore it', () => {
    const facts = { direction: 'incoming', at: later(0), trustedOutgoing: false } as const
    const original = threadNode(
      mail({ messageId: 'm1@example.com', from: [person('alice@example.com')], subject: 'Trasig' }),
      own,
      facts,
    )
    const impostor = threadNode(
      mail({ messageId: 'm1@example.com', from: [person('mallory@example.org')], subject: 'Trasig' }),
      own,
      facts,
    )
    // Two senders prove no correspondent, which must not open the door.
    const two = threadNode(
      mail({
        messageId: 'm1@example.com',
        from: [person('mallory@example.org'), person('alice@example.com')],
        subject: 'Trasig',
      }),
      own,
      facts,
    )
    const text =
      'Kan ni hjälpa oss?\n\nFrån: Alice <Alice@Example.com>\nSkickat: den 5 januari 2026 ' +
      '10:00\nTill: info@promix.se\nÄmne: Trasig\n\nSkrivaren är trasig.\n'
    const forwarding = (body: string) =>
      threadNode(
        mail({
          messageId: 'f',
          inReplyTo: ['<m1@example.com>'],
          references: ['<m1@example.com>'],
          from: [person('info@promix.se')],
          to: [person('service@supplier.example')],
          subject: 'VB: Trasig',
          text: body,
        }),
        own,
        { direction: 'outgoing', at: later(1), trustedOutgoing: true },
      )
    const forward = forwarding(text)
    const answer = node({
      idKey: 's',
      referenceKeys: ['m1@example.com', 'f'],
      correspondentKeys: ['service@supplier.example'],
    })
    for (const order of [
      [0, 1, 2, 3],
      [3, 2, 1, 0],
      [1, 2, 0, 3],
    ])
      expect(archive([original, impostor, forward, answer], order)).toEqual([[0, 2, 3], [1]])
    expect(linkMessages(two, forward)).toBeNull()
    // What the firm itself wrote, and what it wrote before senders were told, is passed on as ever; so is what does not
    // say whose it was.
    const sent = threadNode(
      mail({ messageId: 'm1@example.com', from: [person('info@promix.se')], to: [person('alice@example.com')] }),
      own,
      { direction: 'outgoing', at: later(0), trustedOutgoing: true },
    )
    expect(
      linkMessages(sent, forwarding(text.replace('Alice <Alice@Example.com>', 'Promix <info@promix.se>')))?.by,
    ).toBe('reference')
    const old = { ...original }
    delete old.senderKey
    expect(linkMessages(old, forward)?.by).toBe('reference')
    expect(linkMessages({ ...old, correspondentKeys: ['mallory@example.org'] }, forward)).toBeNull()
    expect(linkMessages(original, forwarding('Se bifogat.'))?.by).toBe('reference')
  })

  it('a spoofed sender reaches nothing genuine by reference, ghost or subject', () => {
    const spoofed = node({
      idKey: 'e',
      referenceKeys: ['m1', 'ghost'],
      subjectKey: 'skrivaren brummar',
      reply: true,
      spoofed: true,
    })
    for (const genuine of [
      first,
      node({ referenceKeys: ['ghost'] }),
      node({ subjectKey: 'skrivaren brummar', reply: true }),
    ]) {
      expect(linkMessages(spoofed, genuine)).toBeNull()
    }
    expect(resolveThread(spoofed, [{ conversationId: 7, node: first }]).forged).toBe(true)
    expect(linkMessages(spoofed, { ...spoofed, idKey: 'e2' })).not.toBeNull()
  })

  it('naming the victim in Cc or Reply-To shares no correspondent with them', () => {
    const victim = mail({ messageId: 'm1', from: [person('alice@example.com')] })
    const attack = mail({
      messageId: 'e',
      references: ['m1'],
      from: [person('mallory@example.org')],
      cc: victim.from,
      replyTo: victim.from,
    })
    const both = mail({ messageId: 'e2', references: ['m1'], from: [person('mallory@example.org'), ...victim.from] })
    const robot = mail({
      messageId: 'e3',
      references: ['m1'],
      from: [person('noreply@example.org')],
      text: 'E-post: alice@example.com',
    })
    const facts = { direction: 'incoming', at: later(0), trustedOutgoing: false } as const
    for (const message of [attack, both, robot])
      expect(linkMessages(threadNode(victim, own, facts), threadNode(message, own, facts))).toBeNull()
  })

  it('those who answer a mailing are not thrown together, nor called forgers', () => {
    const to = Array.from({ length: 9 }, (_, index) => person(`c${index}@example.com`))
    const mailing = threadNode(mail({ messageId: 'n', from: [person('info@promix.se')], to }), own, {
      direction: 'outgoing',
      at: later(0),
      trustedOutgoing: true,
    })
    const replies = ['c1', 'c2'].map((name) =>
      node({ idKey: name, referenceKeys: ['n'], correspondentKeys: [`${name}@example.com`] }),
    )
    expect(archive([mailing, ...replies], [0, 1, 2])).toEqual([[0], [1], [2]])
    expect(resolveThread(replies[0]!, [{ conversationId: 1, node: mailing }]).forged).toBe(false)
  })
})

describe('a message becomes a node', () => {
  const facts = { direction: 'incoming', at: later(0), trustedOutgoing: false } as const

  it('with its direct parent last and at most a hundred and one references', () => {
    const references = Array.from({ length: 10_000 }, (_, index) => `r${index}@x.se`)
    const made = threadNode(
      mail({ from: [person('alice@example.com')], references, inReplyTo: ['<parent@x.se>'] }),
      own,
      facts,
    )
    expect(made.referenceKeys).toHaveLength(101)
    expect(made.referenceKeys[0]).toBe('r0@x.se')
    expect(made.referenceKeys.at(-1)).toBe('parent@x.se')
  })

  it('spoofed when the trusted host says so', () => {
    const message = mail({
      from: [person('alice@example.com')],
      signs: { ...signs, authenticationResults: ['mx.promix.se; dmarc=fail'] },
    })
    expect(threadNode(message, own, facts).spoofed).toBe(true)
    expect(threadNode(message, { ...own, authservId: null }, facts).spoofed).toBe(false)
  })

  it('of staff among themselves with staff for correspondents', () => {
    const message = mail({ from: [person('dan@promix.se')] })
    expect(threadNode(message, own, { ...facts, direction: 'internal' }).correspondentKeys).toEqual(['dan@promix.se'])
  })
})

describe('the order of arrival', () => {
  const idKey = fc.constantFrom('m0', 'm1', 'm2', 'm3', 'm4', 'm5', 'm6', 'm7')
  const anyNode = fc.record<ThreadNode>({
    idKey: fc.option(idKey),
    referenceKeys: fc.uniqueArray(fc.oneof(idKey, fc.constantFrom('g1', 'g2')), { maxLength: 3 }),
    subjectKey: fc.option(fc.constantFrom('skrivaren brummar', 'order 48213')),
    correspondentKeys: fc.uniqueArray(fc.constantFrom('alice', 'bob', 'mallory'), { maxLength: 2 }),
    personKeys: fc.uniqueArray(fc.constantFrom('anna|tel', 'bertil|tel'), { maxLength: 1 }),
    forward: fc.boolean(),
    forwardedKey: fc.option(fc.constantFrom('alice', 'mallory')),
    senderKey: fc.option(fc.constantFrom('alice', 'bob', 'mallory')),
    claimedKeys: fc.uniqueArray(fc.constantFrom('alice', 'bob', 'mallory'), { maxLength: 2 }),
    reply: fc.boolean(),
    outgoing: fc.boolean(),
    spoofed: fc.boolean(),
    at: fc.integer({ min: 0, max: 90 }).map(later),
  })
  const traffic = fc.array(anyNode, { minLength: 2, maxLength: 12 })

  it('never changes which messages end up together', () => {
    fc.assert(
      fc.property(
        traffic.chain((nodes) =>
          fc.tuple(fc.constant(nodes), fc.shuffledSubarray([...nodes.keys()], { minLength: nodes.length })),
        ),
        ([nodes, order]) => {
          const edges = nodes.flatMap((a, i) =>
            nodes.flatMap((b, j): [number, number][] => (i < j && linkMessages(a, b) ? [[i, j]] : [])),
          )
          expect(archive(nodes, order)).toEqual(connectedComponents(nodes.length, edges))
        },
      ),
      { numRuns: LONG ? 5_000 : 500 },
    )
  })

  it('does not matter to a pair: the predicate is symmetric, and linked messages share a lookup key', () => {
    fc.assert(
      fc.property(anyNode, anyNode, (a, b) => {
        const link = linkMessages(a, b)
        expect(linkMessages(b, a)?.by).toBe(link?.by)
        if (link !== null) expect([finds(a, b), finds(b, a)]).toEqual([true, true])
      }),
      { numRuns: LONG ? 20_000 : 2_000 },
    )
  })

  it('lets no stranger’s mail, however forged, join two customers', () => {
    const customers = fc.array(
      anyNode.map((made) => ({ ...made, spoofed: false, correspondentKeys: [made.reply ? 'alice' : 'bob'] })),
      { minLength: 2, maxLength: 6 },
    )
    const forgeries = fc.array(
      anyNode.map((made) => ({
        ...made,
        idKey: `evil-${made.idKey ?? ''}`,
        outgoing: false,
        correspondentKeys: ['mallory'],
        personKeys: [],
      })),
      { maxLength: 6 },
    )
    fc.assert(
      fc.property(customers, forgeries, (known, forged) => {
        const order = (count: number) => Array.from({ length: count }, (_, index) => index)
        const without = archive(known, order(known.length))
        const withForged = archive([...known, ...forged], order(known.length + forged.length))
        expect(withForged.filter((group) => group[0]! < known.length)).toEqual(without)
      }),
      { numRuns: LONG ? 5_000 : 500 },
    )
  })
})
