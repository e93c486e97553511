import type { Person } from './message.ts'

export type Language = 'sv' | 'en'
export type QuoteStyle = 'outlook' | 'gmail' | 'apple'

export interface Quoted {
  from: Person
  to: Person
  date: Date
  subject: string
  text: string
}

/** A reply's text with the history below it, as the named mail program writes it. */
export function quote(reply: string, previous: Quoted, style: QuoteStyle, language: Language): string {
  const { from, to, date, subject, text } = previous
  const { day, weekday, time } = spell(date, language)
  const sender = `${from.name} <${from.address}>`
  if (style === 'outlook') {
    const header =
      language === 'sv'
        ? `Från: ${sender}\nSkickat: den ${day} ${time}\nTill: ${to.address}\nÄmne: ${subject}`
        : `From: ${sender}\nSent: ${weekday}, ${day} ${time}\nTo: ${to.address}\nSubject: ${subject}`
    return `${reply}\n\n${'_'.repeat(32)}\n${header}\n\n${text}`
  }
  const attribution = {
    gmail: {
      sv: `Den ${weekday} ${day} kl ${time} skrev ${sender}:`,
      en: `On ${weekday}, ${day} at ${time} ${sender} wrote:`,
    },
    apple: { sv: `${day} kl. ${time} skrev ${sender}:`, en: `On ${day}, at ${time}, ${sender} wrote:` },
  }[style][language]
  return `${reply}\n\n${attribution}\n\n${text.replace(/^/gm, '> ').replace(/^> >/gm, '>>')}`
}

function spell(date: Date, language: Language): { day: string; weekday: string; time: string } {
  const locale = language === 'sv' ? 'sv-SE' : 'en-GB'
  const format = (options: Intl.DateTimeFormatOptions): string =>
    new Intl.DateTimeFormat(locale, { ...options, timeZone: 'Europe/Stockholm' }).format(date)
  return {
    day: format({ day: 'numeric', month: 'long', year: 'numeric' }),
    weekday: format({ weekday: 'short' }),
    time: format({ hour: '2-digit', minute: '2-digit', hour12: false }),
  }
}
