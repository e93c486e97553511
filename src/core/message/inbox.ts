/** INBOX is one folder in any letter case (RFC 9051 section 5.1). */
export function isInbox(path: string): boolean {
  return path.toUpperCase() === 'INBOX'
}
