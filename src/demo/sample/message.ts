/** One message of the sample mailbox, ready to be delivered. All people and numbers are invented. */
export interface SampleMessage {
  folder: string
  flags: string[]
  internalDate: Date
  source: Buffer
}

export interface Person {
  name: string
  address: string
}

export interface SampleFile {
  filename: string
  contentType: string
  content: Buffer
}

/** A message before it becomes MIME. */
export interface Letter {
  messageId: string
  /** Message-IDs of the conversation so far, oldest first; the last is the one answered. */
  references: string[]
  date: Date
  from: Person
  to: Person
  replyTo?: Person
  subject: string
  text: string
  /** Adds an HTML rendering as multipart/alternative. */
  html?: boolean
  charset?: 'utf-8' | 'iso-8859-1'
  transferEncoding?: 'quoted-printable' | 'base64' | '8bit'
  files?: SampleFile[]
  extraHeaders?: [name: string, value: string][]
}

export const FIRM: Person = { name: 'PROMIX HB', address: 'info@promix.se' }
export const WEB_FORM: Person = { name: 'Webbformulär', address: 'webbformular@promix.se' }
export const STAFF: readonly Person[] = [
  { name: 'Jonas, PROMIX HB', address: 'jonas@promix.se' },
  { name: 'Karin, PROMIX HB', address: 'karin@promix.se' },
]
