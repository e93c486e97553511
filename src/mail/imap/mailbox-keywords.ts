import { GallraError } from '../../errors.ts'

/** Keywords Dovecot's Maildir can keep in file names; more are lost with the index (measured). */
export const MAX_KEYWORDS_PER_FOLDER = 26

/** RFC 9051 flag-keyword: an atom. Others vanish silently in imapflow, so they are refused here. */
const KEYWORD = /^[A-Za-z0-9$_.+-]{1,60}$/

/** @throws GallraError keyword-invalid */
export function requireKeywords(keywords: string[]): void {
  if (keywords.length > 0 && keywords.every((keyword) => KEYWORD.test(keyword))) return
  throw new GallraError('keyword-invalid')
}
