/**
 * Mail to and from a small firm with known answer: which messages are one exchange, and who each is exchanged with.
 * Written from what mail programs and people do, not from how gallra tells; every phenomenon is generated several times
 * over.
 */
import { seeded, type Random } from './random.ts'

export interface TrafficMail {
  /** Name of the phenomenon, for telling where errors lie. */
  phenomenon: string
  conversation: string
  /** Null: nobody's (machines, the firm's own people). */
  customer: string | null
  folder: 'inbox' | 'sent'
  at: Date
  source: Buffer
}

interface Person {
  key: string
  name: string
  address: string
  phone: string
}

interface Letter {
  from: Person | string
  to: Person | string | string[]
  cc?: string[]
  subject: string
  body: string
  references?: string[]
  inReplyTo?: string
  headers?: string[]
  id?: string
}

const FIRM = 'info@promix.se'
const HOST = 'mx.promix.se'
const FIRST = [
  'Anna',
  'Erik',
  'Maria',
  'Lars',
  'Karin',
  'Johan',
  'Eva',
  'Nils',
  'Sara',
  'Olof',
  'Ida',
  'Per',
  'Ulla',
  'Sven',
  'Åsa',
  'Göran',
]
const LAST = [
  'Ek',
  'Berg',
  'Lind',
  'Holm',
  'Åberg',
  'Nyström',
  'Sjö',
  'Dahl',
  'Öberg',
  'Falk',
  'Norén',
  'Strand',
  'Hed',
  'Vik',
]
const THINGS = [
  'skrivaren',
  'etikettrullen',
  'kassaskärmen',
  'streckkodsläsaren',
  'vågen',
  'lådan',
  'kabeln',
  'batteriet',
  'hållaren',
  'kvittorullen',
  'laddaren',
  'stativet',
]
const MATTERS = [
  'matar snett',
  'kom inte fram',
  'piper hela tiden',
  'passar inte',
  'går inte att starta',
  'behöver bytas',
  'i annan färg',
  'till butik två',
  'hos oss i Skövde',
  'före midsommar',
  'utan skruvar',
  'efter strömavbrottet',
]
const SAID = [
  'Hej! Det gäller det vi talade om.',
  'Kan ni se på det här?',
  'Tack för svaret, jag återkommer.',
  'Det fungerar nu, tack.',
  'Vi undrar hur det går.',
  'Hej igen, här kommer uppgifterna.',
  'Javisst, det går bra.',
  'Vi skickar en ny i dag.',
]
const DOMAINS = ['example.se', 'example.com', 'example.org', 'kund.example', 'post.example']
const DAY = 86_400_000
const HOUR = 3_600_000

export class Traffic {
  readonly mails: TrafficMail[] = []
  private serial = 0
  private phenomenon = ''
  private readonly random: Random
  private readonly start: Date

  constructor(seed: number, start: Date) {
    this.random = seeded(seed)
    this.start = start
  }

  person(domain?: string, name?: string): Person {
    this.serial += 1
    const full = name ?? `${this.random.pick(FIRST)} ${this.random.pick(LAST)}`
    const local = full
      .toLowerCase()
      .normalize('NFD')
      .replace(/[^a-z ]/g, '')
      .replace(' ', '.')
    const host = domain ?? this.random.pick(DOMAINS)
    const address = `${local}${this.serial}@${host}`
    return {
      key: address,
      name: full,
      address,
      phone: `070-174 ${String(10_00 + this.serial).slice(0, 2)} ${String(100 + this.serial).slice(-2)}`,
    }
  }

  subject(): string {
    this.serial += 1
    return (
      `${this.random.pick(['Om', 'Fråga om', 'Angående', 'Problem med'])} ${this.random.pick(THINGS)} ` +
      `${this.random.pick(MATTERS)} ${this.random.chance(0.3) ? this.serial : ''}`
    ).trim()
  }

  id(host: string): string {
    this.serial += 1
    return `${this.serial.toString(36)}.${Math.floor(this.random.next() * 1e9).toString(36)}@${host}`
  }

  /** Some moment of the period. */
  moment(): number {
    return this.start.getTime() + Math.floor(this.random.next() * 200) * DAY + this.random.below(10) * HOUR
  }

  later(at: number, days = 4): number {
    return at + HOUR + Math.floor(this.random.next() * days * DAY)
  }

  /** Adds a message and gives its Message-ID. */
  add(
    letter: Letter,
    truth: { conversation: string; customer: string | null; at: number; verified?: boolean; spoofed?: boolean },
  ): string {
    const name = (who: Person | string) => (typeof who === 'string' ? who : `${encoded(who.name)} <${who.address}>`)
    const address =
      typeof letter.from === 'string' ? /<?([^<>\s]+@[^<>\s]+?)>?$/.exec(letter.from)![1]! : letter.from.address
    const domain = address.slice(address.indexOf('@') + 1)
    const own = domain === 'promix.se'
    const id = letter.id ?? this.id(domain)
    const folder =
      own &&
      truth.customer !== null &&
      !letter.headers?.includes('X-Form: yes') &&
      recipients(letter.to).some((to) => !to.endsWith('@promix.se'))
        ? 'sent'
        : 'inbox'
    const verdict = truth.spoofed === true ? 'fail' : (truth.verified ?? this.random.chance(0.8)) ? 'pass' : null
    const lines = [
      ...(folder === 'inbox' && verdict !== null
        ? [`Authentication-Results: ${HOST}; dmarc=${verdict} header.from=${domain}`]
        : []),
      ...(letter.headers ?? []),
      `From: ${name(letter.from)}`,
      `To: ${Array.isArray(letter.to) ? letter.to.join(', ') : name(letter.to)}`,
      ...(letter.cc ? [`Cc: ${letter.cc.join(', ')}`] : []),
      `Subject: ${encoded(letter.subject)}`,
      `Date: ${new Date(truth.at).toUTCString().replace('GMT', '+0000')}`,
      `Message-ID: <${id}>`,
      ...(letter.inReplyTo ? [`In-Reply-To: <${letter.inReplyTo}>`] : []),
      ...(letter.references?.length ? [`References: ${letter.references.map((one) => `<${one}>`).join('\r\n ')}`] : []),
      'MIME-Version: 1.0',
      'Content-Type: text/plain; charset=utf-8',
      'Content-Transfer-Encoding: 8bit',
      '',
      ...`${letter.body}\nNr ${this.serial}`.split('\n'),
      '',
    ]
    this.mails.push({
      phenomenon: this.phenomenon,
      conversation: truth.conversation,
      customer: truth.customer,
      folder,
      at: new Date(truth.at),
      source: Buffer.from(lines.join('\r\n')),
    })
    return id
  }

  say(person?: Person): string {
    const words = this.random.pick(SAID)
    return person !== undefined && this.random.chance(0.6)
      ? `${words}\n\nMed vänlig hälsning\n${person.name}\n${person.phone}`
      : words
  }

  /** Customer and firm in turns, as their mail programs do it. */
  exchange(
    who: Person,
    options: {
      turns?: number
      subject?: string
      at?: number
      lose?: (turn: number) => 'references' | 'all' | null
      rename?: (turn: number) => boolean
      gap?: number
      days?: number
      conversation?: string
    } = {},
  ): { ids: string[]; at: number; subject: string; conversation: string } {
    const subject = options.subject ?? this.subject()
    const conversation = options.conversation ?? `c${(this.serial += 1)}`
    let at = options.at ?? this.moment()
    const ids: string[] = []
    let title = subject
    const turns = options.turns ?? 2 + this.random.below(4)
    for (let turn = 0; turn < turns; turn += 1) {
      const incoming = turn % 2 === 0
      if (turn > 0)
        title =
          options.rename?.(turn) === true
            ? this.subject()
            : /^(?:re|sv):/i.test(title)
              ? title
              : `${this.random.pick(['Re', 'SV', 'Sv', 'RE'])}: ${title}`
      const lost = turn === 0 ? 'all' : (options.lose?.(turn) ?? null)
      const said = this.say(incoming ? who : undefined)
      const other = incoming ? 'PROMIX' : who.name
      const quoted = turn > 0 ? `\n\nDen 3 mars 2026 skrev ${other}:\n> tidigare text\n> mer text` : ''
      const body = `${said}${quoted}`
      ids.push(
        this.add(
          {
            from: incoming ? who : FIRM,
            to: incoming ? FIRM : who,
            subject: title,
            body,
            ...(lost === 'all'
              ? {}
              : { inReplyTo: ids.at(-1)!, ...(lost === 'references' ? {} : { references: [...ids] }) }),
          },
          { conversation, customer: who.key, at },
        ),
      )
      at = this.later(at + (options.gap ?? 0), options.days ?? 4)
    }
    return { ids, at, subject: title, conversation }
  }

  /** `times` of each phenomenon. */
  all(times: number): this {
    for (const [phenomenon, make] of Object.entries(PHENOMENA)) {
      this.phenomenon = phenomenon
      for (let time = 0; time < times; time += 1) make(this, this.random)
    }
    return this
  }
}

function encoded(text: string): string {
  return /^[ -~]*$/.test(text) ? text : `=?utf-8?B?${Buffer.from(text).toString('base64')}?=`
}

function recipients(to: Letter['to']): string[] {
  return Array.isArray(to) ? to : [typeof to === 'string' ? to : to.address]
}

const PHENOMENA: Record<string, (traffic: Traffic, random: Random) => void> = {
  'a plain exchange': (traffic) => void traffic.exchange(traffic.person()),
  'two matters of one customer': (traffic) => {
    const who = traffic.person()
    const at = traffic.moment()
    traffic.exchange(who, { at })
    traffic.exchange(who, { at: at + 2 * DAY })
  },
  'References lost, In-Reply-To kept': (traffic) =>
    void traffic.exchange(traffic.person(), { turns: 5, lose: () => 'references' }),
  'all references lost': (traffic, random) =>
    void traffic.exchange(traffic.person(), {
      turns: 4,
      lose: (turn) => (turn === 2 || random.chance(0.3) ? 'all' : null),
    }),
  'subject changed': (traffic) =>
    void traffic.exchange(traffic.person(), { turns: 5, rename: (turn) => turn === 2 || turn === 3 }),
  'parent missing': (traffic) => {
    const who = traffic.person()
    const { ids } = traffic.exchange(who, { turns: 4 })
    // The first was deleted before gallra came: the others still name it.
    const gone = traffic.mails.findIndex(({ source }) => source.includes(`Message-ID: <${ids[0]!}>`))
    traffic.mails.splice(gone, 1)
  },
  'colleague in copy answers': (traffic) => {
    const domain = `firma${traffic.mails.length}.example`
    const [who, colleague] = [traffic.person(domain), traffic.person(domain)]
    const conversation = `k${traffic.mails.length}`
    const subject = traffic.subject()
    let at = traffic.moment()
    const first = traffic.add(
      { from: who, to: FIRM, cc: [colleague.address], subject, body: traffic.say(who) },
      { conversation, customer: who.key, at },
    )
    const answer = traffic.add(
      {
        from: FIRM,
        to: who,
        cc: [colleague.address],
        subject: `SV: ${subject}`,
        body: traffic.say(),
        inReplyTo: first,
        references: [first],
      },
      { conversation, customer: who.key, at: (at = traffic.later(at)) },
    )
    traffic.add(
      {
        from: colleague,
        to: FIRM,
        cc: [who.address],
        subject: `SV: ${subject}`,
        body: traffic.say(colleague),
        inReplyTo: answer,
        references: [first, answer],
      },
      { conversation, customer: colleague.key, at: (at = traffic.later(at)) },
    )
  },
  'passed on to a supplier, who answers': (traffic) => {
    const [who, supplier] = [traffic.person(), traffic.person('leverantor.example')]
    const { ids, at, subject, conversation } = traffic.exchange(who, { turns: 1 })
    const body =
      `Kan ni titta på detta?\n\n-----Ursprungligt meddelande-----\nFrån: ${who.name} <${who.address}>\nSkickat: ` +
      `den 3 mars 2026 10:00\nTill: ${FIRM}\nÄmne: ${subject}\n\nHej`
    const forward = traffic.add(
      { from: FIRM, to: supplier, subject: `VB: ${subject}`, body, inReplyTo: ids[0]!, references: [ids[0]!] },
      { conversation, customer: supplier.key, at },
    )
    const answer = traffic.add(
      {
        from: supplier,
        to: FIRM,
        subject: `SV: VB: ${subject}`,
        body: traffic.say(supplier),
        inReplyTo: forward,
        references: [ids[0]!, forward],
      },
      { conversation, customer: supplier.key, at: traffic.later(at) },
    )
    traffic.add(
      {
        from: FIRM,
        to: who,
        subject: `SV: ${subject}`,
        body: traffic.say(),
        inReplyTo: ids[0]!,
        references: [ids[0]!],
      },
      { conversation, customer: who.key, at: traffic.later(at, 9) },
    )
    traffic.add(
      {
        from: FIRM,
        to: supplier,
        subject: `SV: VB: ${subject}`,
        body: traffic.say(),
        inReplyTo: answer,
        references: [ids[0]!, forward, answer],
      },
      { conversation, customer: supplier.key, at: traffic.later(at, 12) },
    )
  },
  'staff passed on what came to them': (traffic) => {
    const who = traffic.person()
    const conversation = `v${traffic.mails.length}`
    const subject = traffic.subject()
    const ghost = traffic.id('example.se')
    let at = traffic.moment()
    const body =
      `Kan någon ta den här?\n\n-----Ursprungligt meddelande-----\nFrån: ${who.name} <${who.address}>\nSkickat: ` +
      `den 3 mars 2026 10:00\nTill: dan@promix.se\nÄmne: ${subject}\n\nHej Dan! ${traffic.say(who)}`
    const forward = traffic.add(
      { from: 'Dan <dan@promix.se>', to: FIRM, subject: `VB: ${subject}`, body, references: [ghost] },
      { conversation, customer: who.key, at, verified: true },
    )
    const answer = traffic.add(
      {
        from: FIRM,
        to: who,
        subject: `SV: ${subject}`,
        body: traffic.say(),
        inReplyTo: forward,
        references: [ghost, forward],
      },
      { conversation, customer: who.key, at: (at = traffic.later(at)) },
    )
    traffic.add(
      {
        from: who,
        to: FIRM,
        subject: `SV: ${subject}`,
        body: traffic.say(who),
        inReplyTo: answer,
        references: [ghost, forward, answer],
      },
      { conversation, customer: who.key, at: traffic.later(at) },
    )
  },
  'a shared address, two matters': (traffic) => {
    const domain = `butik${traffic.mails.length}.example`
    const [one, other] = [traffic.person(domain), traffic.person(domain)].map((person) => ({
      ...person,
      address: `info@${domain}`,
      key: `info@${domain}`,
    })) as [Person, Person]
    const at = traffic.moment()
    traffic.exchange(one, { at })
    traffic.exchange(other, { at: at + DAY })
  },
  'namesakes with one subject': (traffic, random) => {
    const name = `${random.pick(FIRST)} ${random.pick(LAST)}`
    const subject = traffic.subject()
    const at = traffic.moment()
    traffic.exchange(traffic.person(undefined, name), {
      subject,
      at,
      lose: (turn) => (turn === 2 ? 'all' : null),
      turns: 3,
    })
    traffic.exchange(traffic.person(undefined, name), {
      subject,
      at: at + DAY,
      lose: (turn) => (turn === 2 ? 'all' : null),
      turns: 3,
    })
  },
  'a web form, twice by one visitor': (traffic, random) => {
    const who = traffic.person()
    const from = random.pick([
      'PROMIX <noreply@promix.se>',
      'Webben <wordpress@promix.se>',
      'Kontaktformulär <info@promix.se>',
    ])
    let at = traffic.moment()
    for (let time = 0; time < 2; time += 1) {
      const conversation = `w${traffic.mails.length}`
      const body = `Namn: ${who.name}\nE-post: ${who.address}\nTelefon: ${who.phone}\nMeddelande:\n${traffic.say()}`
      const form = traffic.add(
        { from, to: FIRM, subject: 'Nytt meddelande från kontaktformuläret', body, headers: ['X-Form: yes'] },
        { conversation, customer: who.key, at, verified: true },
      )
      const answer = traffic.add(
        {
          from: FIRM,
          to: who,
          subject: 'SV: Nytt meddelande från kontaktformuläret',
          body: traffic.say(),
          inReplyTo: form,
          references: [form],
        },
        { conversation, customer: who.key, at: (at = traffic.later(at)) },
      )
      traffic.add(
        {
          from: who,
          to: FIRM,
          subject: 'Re: SV: Nytt meddelande från kontaktformuläret',
          body: traffic.say(who),
          inReplyTo: answer,
          references: [form, answer],
        },
        { conversation, customer: who.key, at: (at = traffic.later(at)) },
      )
      at += 10 * DAY
    }
  },
  'a form of an outside service': (traffic) => {
    const who = traffic.person()
    const conversation = `o${traffic.mails.length}`
    const at = traffic.moment()
    const form = traffic.add(
      {
        from: 'Formulärtjänsten <noreply@formular.example>',
        to: FIRM,
        subject: 'Ny förfrågan från hemsidan',
        body: `Namn: ${who.name}\nE-post: ${who.address}\nMeddelande: ${traffic.say()}`,
        headers: [`Reply-To: ${who.address}`],
      },
      { conversation, customer: who.key, at },
    )
    const answer = traffic.add(
      {
        from: FIRM,
        to: who,
        subject: 'SV: Ny förfrågan från hemsidan',
        body: traffic.say(),
        inReplyTo: form,
        references: [form],
      },
      { conversation, customer: who.key, at: traffic.later(at) },
    )
    traffic.add(
      {
        from: who,
        to: FIRM,
        subject: 'Re: Ny förfrågan från hemsidan',
        body: traffic.say(who),
        inReplyTo: answer,
        references: [form, answer],
      },
      { conversation, customer: who.key, at: traffic.later(at, 8) },
    )
  },
  'a mailing, and those who answer it': (traffic) => {
    const people = Array.from({ length: 12 }, () => traffic.person())
    const subject = traffic.subject()
    const at = traffic.moment()
    const mailing = traffic.add(
      {
        from: FIRM,
        to: people.map(({ address }) => address),
        subject,
        body: 'Hej alla kunder! Vi har semesterstängt.',
      },
      { conversation: `m${traffic.mails.length}`, customer: null, at },
    )
    for (const who of people.slice(0, 4)) {
      const conversation = `a${traffic.mails.length}`
      const first = traffic.add(
        {
          from: who,
          to: FIRM,
          subject: `SV: ${subject}`,
          body: traffic.say(who),
          inReplyTo: mailing,
          references: [mailing],
        },
        { conversation, customer: who.key, at: traffic.later(at) },
      )
      traffic.add(
        {
          from: FIRM,
          to: who,
          subject: `SV: ${subject}`,
          body: traffic.say(),
          inReplyTo: first,
          references: [mailing, first],
        },
        { conversation, customer: who.key, at: traffic.later(at, 9) },
      )
    }
  },
  'answered from another address of the same person': (traffic) => {
    const who = traffic.person()
    const home = { ...who, address: who.address.replace('@', '.privat@') }
    const { ids, at, subject, conversation } = traffic.exchange(who, { turns: 2 })
    const signed = (person: Person) => `${traffic.say()}\n\nMed vänlig hälsning\n${person.name}\n${person.phone}`
    traffic.add(
      { from: who, to: FIRM, subject, body: signed(who), inReplyTo: ids.at(-1)!, references: ids },
      { conversation, customer: who.key, at, verified: true },
    )
    const second = traffic.add(
      { from: home, to: FIRM, subject, body: signed(who), inReplyTo: ids.at(-1)!, references: ids },
      { conversation, customer: who.key, at: traffic.later(at), verified: true },
    )
    traffic.add(
      { from: FIRM, to: home, subject, body: traffic.say(), inReplyTo: second, references: [...ids, second] },
      { conversation, customer: who.key, at: traffic.later(at, 9) },
    )
  },
  'answered by subject alone, long after': (traffic) => {
    const who = traffic.person()
    traffic.exchange(who, { turns: 3, lose: (turn) => (turn === 2 ? 'all' : null), gap: 35 * DAY })
  },
  'the same subject every month': (traffic) => {
    const who = traffic.person()
    const subject = `Beställning till ${who.name.split(' ')[1]!} bageri`
    const at = traffic.moment()
    for (let month = 0; month < 3; month += 1)
      traffic.exchange(who, { subject, at: at + month * 31 * DAY, turns: 2, days: 1 })
  },
  'automatic answers': (traffic) => {
    const who = traffic.person()
    const { ids, at, subject, conversation } = traffic.exchange(who, { turns: 2 })
    traffic.add(
      {
        from: who,
        to: FIRM,
        subject: `Automatiskt svar: ${subject}`,
        body: 'Jag är på semester.',
        inReplyTo: ids.at(-1)!,
        headers: ['Auto-Submitted: auto-replied'],
      },
      { conversation, customer: who.key, at },
    )
  },
  'machines with one subject': (traffic) => {
    for (let time = 0; time < 2; time += 1) {
      traffic.add(
        {
          from: 'Frakt <noreply@frakt.example>',
          to: FIRM,
          subject: 'Din försändelse är på väg',
          body: `Kolli ${traffic.id('x').slice(0, 6)}`,
          headers: ['Auto-Submitted: auto-generated'],
        },
        { conversation: `n${traffic.mails.length}`, customer: null, at: traffic.moment() },
      )
    }
  },
  // Each attack stands alone: whoever made it is nobody's correspondent.
  'forged references': (traffic) => {
    const { ids, at, subject } = traffic.exchange(traffic.person(), { turns: 3 })
    const mallory = traffic.person('elak.example')
    traffic.add(
      { from: mallory, to: FIRM, subject, body: traffic.say(mallory), inReplyTo: ids.at(-1)!, references: ids },
      { conversation: `x${traffic.mails.length}`, customer: mallory.key, at },
    )
  },
  'a Message-ID used again, and answered': (traffic) => {
    const who = traffic.person()
    const { ids, at, subject, conversation } = traffic.exchange(who, { turns: 1 })
    const mallory = traffic.person('elak.example')
    traffic.add(
      { id: ids[0]!, from: mallory, to: FIRM, subject, body: traffic.say(mallory) },
      { conversation: `x${traffic.mails.length}`, customer: mallory.key, at: at + HOUR },
    )
    traffic.add(
      {
        from: FIRM,
        to: who,
        subject: `SV: ${subject}`,
        body: traffic.say(),
        inReplyTo: ids[0]!,
        references: [ids[0]!],
      },
      { conversation, customer: who.key, at: at + 2 * HOUR },
    )
  },
  'a copied signature': (traffic) => {
    const who = traffic.person()
    const { ids, at, subject } = traffic.exchange(who, { turns: 3 })
    const mallory = { ...traffic.person('elak.example'), name: who.name, phone: who.phone }
    traffic.add(
      {
        from: mallory,
        to: FIRM,
        subject,
        inReplyTo: ids.at(-1)!,
        references: ids,
        body: `Hej\n\nMed vänlig hälsning\n${who.name}\n${who.phone}`,
      },
      { conversation: `x${traffic.mails.length}`, customer: mallory.key, at, verified: false },
    )
  },
  'a spoofed sender': (traffic) => {
    const who = traffic.person()
    const { ids, at, subject } = traffic.exchange(who, { turns: 3 })
    traffic.add(
      { from: who, to: FIRM, subject, body: traffic.say(who), inReplyTo: ids.at(-1)!, references: ids },
      { conversation: `x${traffic.mails.length}`, customer: `spoofed ${who.key}`, at, spoofed: true },
    )
  },
  'a Message-ID used again, and forwarded': (traffic) => {
    const who = traffic.person()
    const supplier = traffic.person('leverans.example')
    const { ids, at, subject, conversation } = traffic.exchange(who, { turns: 1 })
    const mallory = traffic.person('elak.example')
    traffic.add(
      { id: ids[0]!, from: mallory, to: FIRM, subject, body: traffic.say(mallory) },
      { conversation: `x${traffic.mails.length}`, customer: mallory.key, at: at + HOUR },
    )
    const body =
      `Kan ni hjälpa oss med den här?\n\nFrån: ${who.name} <${who.address}>\nSkickat: den 5 januari 2026\nTill: ` +
      `info@promix.se\nÄmne: ${subject}\n\nHej`
    const forward = traffic.add(
      { from: FIRM, to: supplier, subject: `VB: ${subject}`, body, inReplyTo: ids[0]!, references: [ids[0]!] },
      { conversation, customer: supplier.key, at: at + 2 * HOUR },
    )
    traffic.add(
      {
        from: supplier,
        to: FIRM,
        subject: `SV: VB: ${subject}`,
        body: traffic.say(supplier),
        inReplyTo: forward,
        references: [ids[0]!, forward],
      },
      { conversation, customer: supplier.key, at: at + 3 * HOUR },
    )
  },
}

/** Over all pairs of messages that truth or the answer puts together. Shares; 1 where there was nothing to find. */
export function pairwise(groups: { truth: string; answer: string }[]): { precision: number; recall: number } {
  const pairs = (keys: string[]) => {
    const sizes = new Map<string, number>()
    for (const key of keys) sizes.set(key, (sizes.get(key) ?? 0) + 1)
    return [...sizes.values()].reduce((sum, size) => sum + (size * (size - 1)) / 2, 0)
  }
  const both = pairs(groups.map(({ truth, answer }) => JSON.stringify([truth, answer])))
  const share = (of: number) => (of === 0 ? 1 : both / of)
  return {
    precision: share(pairs(groups.map(({ answer }) => answer))),
    recall: share(pairs(groups.map(({ truth }) => truth))),
  }
}
