import { mail } from './mail.ts'
import type { Random } from './random.ts'

/** A message that a test puts on the server, and what must have become of it when all is quiet. */
export interface PlannedMail {
  number: number
  source: Buffer
  at: Date
  fate: 'goes' | 'stays'
  /** One copy in each; a folder may stand twice. */
  folders: string[]
}

export const FOLDERS = ['INBOX', 'Sent', 'Kunder'] as const

const DAY = 86_400_000

/**
 * Ordinary mail around `now`: old questions that are due, young ones, old complaints that stay, and
 * twins: a young message with the Message-ID of an old one that is due. The first `due` are due, with
 * copies in two folders.
 */
export function planMail(random: Random, count: number, now: Date, due = 0): PlannedMail[] {
  const planned: PlannedMail[] = []
  const add = (fate: PlannedMail['fate'], days: number, id: string, subject: string, body: string): void => {
    const number = planned.length + 1
    const at = new Date(Math.floor((now.getTime() - days * DAY) / 1000) * 1000)
    const headers = [`X-Number: ${number}`, ...(random.chance(0.1) ? [`X-Ballast: ${'x'.repeat(900)}`] : [])]
    const ballast = random.chance(0.1) ? `\n\n${'Rad efter rad med text.\n'.repeat(random.below(3000))}` : ''
    const source = mail({
      id,
      from: `kund${number}@example.se`,
      subject,
      body: body + ballast,
      date: at.toISOString(),
      headers,
    })
    const folders = ['INBOX', ...FOLDERS.filter(() => random.chance(0.15))]
    if (number <= due) planned.push({ number, source, at, fate, folders: ['INBOX', 'Kunder'] })
    else planned.push({ number, source, at, fate, folders: random.chance(0.8) ? folders : folders.slice(-1) })
  }
  for (let i = 0; i < count; i += 1) {
    const roll = i < due ? 0 : random.next()
    const young = 5 + random.below(200)
    const old = 500 + random.below(900)
    if (roll < 0.4)
      add(
        'goes',
        old,
        `g${i}@example.se`,
        'Hur byter jag rulle?',
        `Hej! Hur byter jag rulle i skrivaren? Det är nummer ${i}.`,
      )
    else if (roll < 0.5) {
      add(
        'goes',
        old,
        `t${i}@example.se`,
        'Hur byter jag rulle?',
        `Hej! Hur byter jag rulle i skrivaren? Det är nummer ${i}.`,
      )
      add(
        'stays',
        young,
        `t${i}@example.se`,
        'Hur byter jag rulle?',
        `Hej! Jag hittar inte manualen till skrivare ${i}.`,
      )
    } else if (roll < 0.6)
      add(
        'stays',
        old,
        `k${i}@example.se`,
        'Reklamation av skrivare',
        `Jag vill reklamera skrivaren ${i}. Den är trasig och jag kräver pengarna tillbaka.`,
      )
    else add('stays', young, `u${i}@example.se`, 'Öppettider', `Vilka öppettider har ni? Undrar kund ${i}.`)
  }
  return planned
}

export function numberOf(source: Buffer): number {
  return Number(/^X-Number: (\d+)/m.exec(source.toString('latin1', 0, 4000))?.[1] ?? 0)
}
