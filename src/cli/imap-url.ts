import { isIP } from 'node:net'
import { domainToASCII } from 'node:url'
import { GallraError } from '../errors.ts'
import type { TextKey, Texts } from '../text/texts.ts'
import { badInput } from './bad-input.ts'

export interface ImapPlace {
  host: string
  port: number
  security: 'tls' | 'starttls' | 'none'
  user: string
}

/**
 * imaps://user@host:port, or imap:// with STARTTLS; imap:// alone only to this computer (RFC 5092, server
 * form). A password in it is refused: it would stand in the shell's history and the process list.
 */
export function parseImapUrl(text: string, starttls: boolean, texts: Texts): ImapPlace {
  const refuse = (problem: TextKey) => badInput(texts, 'IMAP-URL', problem, 'writeImapUrl')
  // Before anything else, and whatever else is wrong with it.
  if (/^[a-z]+:\/\/[^/?#]*:[^/?#]*@/i.test(text)) throw badInput(texts, 'IMAP-URL', 'passwordInUrl', 'writePasswordFile')
  if (!URL.canParse(text)) throw refuse('notAnImapUrl')
  const url = new URL(text)
  if (url.protocol !== 'imaps:' && url.protocol !== 'imap:') throw refuse('notAnImapUrl')
  if (!['', '/'].includes(url.pathname) || url.search !== '' || url.hash !== '') throw refuse('imapUrlHasPath')
  const user = decode(url.username)
  if (user === null || user === '' || /\p{Cc}/u.test(user)) throw refuse('imapUrlLacksUser')
  const host = hostOf(url)
  if (host === '') throw refuse('notAnImapUrl')
  const tls = url.protocol === 'imaps:'
  if (tls && starttls) throw refuse('starttlsWithImaps')
  const security = tls ? 'tls' : starttls ? 'starttls' : 'none'
  if (security === 'none' && !isLoopback(host)) throw new GallraError('plain-text-refused', { host })
  return { host, port: url.port === '' ? (tls ? 993 : 143) : Number(url.port), security, user }
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

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'))
}
