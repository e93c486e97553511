const LONGEST_SUBJECT = 998
const SHORTEST_KEY = 6

/**
 * Reply and forward prefixes of the Nordic, English, German, Dutch, French and Finnish mail programs; `Re[2]:`, `SV
 * (3):` too.
 */
const PREFIX = new RegExp(
  String.raw`^(?:re|sv|svar|antw|aw|ang|vs|vb|vl|fw|fwd|wg|tr|doorst|videresend|automatiskt svar|` +
    String.raw`autosvar|automatic reply|automatische antwort|auto)\s?(?:[[(]\s?\d{1,3}\s?[\])]|` +
    String.raw`\d{1,2})?\s?[:：]\s*`,
  'u',
)
const LIST_TAG = /^\[[^[\]]{1,60}\]\s*/u

/** Subjects that say nothing: shared by strangers and by unrelated mails of one person. */
const GENERIC = new Set([
  'hej',
  'hejsan',
  'hallå',
  'hi',
  'hello',
  'fråga',
  'en fråga',
  'frågor',
  'fråga om',
  'question',
  'hjälp',
  'help',
  'info',
  'information',
  'faktura',
  'fakturan',
  'invoice',
  'kvitto',
  'receipt',
  'order',
  'ordern',
  'beställning',
  'min beställning',
  'min order',
  'my order',
  'leverans',
  'delivery',
  'retur',
  'return',
  'reklamation',
  'complaint',
  'support',
  'kontakt',
  'contact',
  'meddelande',
  'message',
  'tack',
  'tack för hjälpen',
  'thanks',
  'thank you',
  'betalning',
  'payment',
  'offert',
  'bild',
  'bilder',
  'bilaga',
  'dokument',
  'pdf',
  'viktigt',
  'important',
  'brådskande',
  'urgent',
  'påminnelse',
  'reminder',
  'test',
  'order confirmation',
  'orderbekräftelse',
  'kontaktformulär',
  'contact form',
  'no subject',
  '(no subject)',
  'inget ämne',
  '(inget ämne)',
  '(ingen rubrik)',
  'utan rubrik',
  'garanti',
  'warranty',
  'pris',
  'prisförfrågan',
  'förfrågan',
  'ärende',
  'mitt ärende',
  'ångra köp',
  'ångerrätt',
  'återbetalning',
  'refund',
])

/** NFKC, lower case, white space collapsed, reply and forward prefixes and list tags removed however often repeated. */
export function normaliseSubject(subject: string): string {
  let rest = tidy(subject)
  // Cut at LONGEST_SUBJECT, each turn removes at least two characters: bounded.
  while (rest !== '') {
    const shorter = rest.replace(PREFIX, '').replace(LIST_TAG, '')
    if (shorter === rest) break
    rest = shorter
  }
  return rest
}

/** Carries a reply or forward prefix, possibly behind a list tag. */
export function isReplySubject(subject: string): boolean {
  return PREFIX.test(tidy(subject).replace(LIST_TAG, ''))
}

/** What messages may be linked by when references are lost; null when too short or too common to say anything. */
export function subjectKey(subject: string): string | null {
  const normal = normaliseSubject(subject).replace(/[\s!?.,:;-]+$/u, '')
  const letters = normal.replace(/[^\p{L}\p{N}]+/gu, '')
  return letters.length < SHORTEST_KEY || GENERIC.has(normal) ? null : normal
}

function tidy(subject: string): string {
  return subject
    .slice(0, LONGEST_SUBJECT)
    .normalize('NFKC')
    .replace(/[\p{Cc}\p{Cf}\s]+/gu, ' ')
    .trim()
    .toLowerCase()
}
