import { isIP } from 'node:net'
import { domainToASCII } from 'node:url'
import { isLoopback, type ServerAddress } from '../../core/mailbox/server-login.ts'
import { GallraError } from '../../errors.ts'
import type { TextKey, Texts } from '../../text/texts.ts'
import { badInput } from './bad-input.ts'

interface Protocol {
  scheme: string
  port: number
  tlsPort: number
  /** A relay on this computer may take mail from anybody. */
  needsUser: boolean
  name: string
  notAnUrl: TextKey
  tlsTwice: TextKey
  write: TextKey
}

const IMAP: Protocol = {
  scheme: 'imap',
  port: 143,
  tlsPort: 993,
  needsUser: true,
  name: 'IMAP-URL',
  notAnUrl: 'notAnImapUrl',
  tlsTwice: 'starttlsWithImaps',
  write: 'writeImapUrl',
}
/** Submission: RFC 8314 section 3.3. */
const SMTP: Protocol = {
  scheme: 'smtp',
  port: 587,
  tlsPort: 465,
  needsUser: false,
  name: 'SMTP-URL',
  notAnUrl: 'notAnSmtpUrl',
  tlsTwice: 'starttlsWithSmtps',
  write: 'writeSmtpUrl',
}

export function parseImapUrl(text: string, starttls: boolean, texts: Texts): ServerAddress {
  return parseServerUrl(text, IMAP, starttls, texts)
}

export function parseSmtpUrl(text: string, starttls: boolean, texts: Texts): ServerAddress {
  return parseServerUrl(text, SMTP, starttls, texts)
}

/**
 * imaps://user@host:port, or imap:// with STARTTLS; imap:// alone only to this computer (RFC 5092, server
 * form); smtp likewise. A password in it is refused: it would stand in the shell's history and the process list.
 */
function parseServerUrl(text: string, protocol: Protocol, starttls: boolean, texts: Texts): ServerAddress {
  const refuse = (problem: TextKey) => badInput(texts, protocol.name, problem, protocol.write)
  // Before anything else, and whatever else is wrong with it.
  if (/^[a-z]+:\/\/[^/?#]*:[^/?#]*@/i.test(text))
    throw badInput(texts, protocol.name, 'passwordInUrl', 'writePasswordFile')
  if (!URL.canParse(text)) throw refuse(protocol.notAnUrl)
  const url = new URL(text)
  if (url.protocol !== `${protocol.scheme}s:` && url.protocol !== `${protocol.scheme}:`) throw refuse(protocol.notAnUrl)
  if (!['', '/'].includes(url.pathname) || url.search !== '' || url.hash !== '') throw refuse('imapUrlHasPath')
  const user = decode(url.username)
  if (user === null || (user === '' && protocol.needsUser) || /\p{Cc}/u.test(user)) throw refuse('imapUrlLacksUser')
  const host = hostOf(url)
  if (host === '') throw refuse(protocol.notAnUrl)
  const tls = url.protocol === `${protocol.scheme}s:`
  if (tls && starttls) throw refuse(protocol.tlsTwice)
  const security = tls ? 'tls' : starttls ? 'starttls' : 'none'
  if (security === 'none' && !isLoopback(host)) throw new GallraError('plain-text-refused', { host })
  return { host, port: url.port === '' ? (tls ? protocol.tlsPort : protocol.port) : Number(url.port), security, user }
}

function hostOf(url: URL): string {
  const bare = url.hostname.replace(/^\[|\]$/g, '')
  if (isIP(bare) !== 0) return bare
  return domainToASCII(decode(bare) ?? '')
}

function decode(text: string): string | null {
  try {
    return decodeURIComponent(text)
  } catch {
    return null
  }
}
