/** Where a mail server (IMAP or SMTP) is, how the connection is encrypted and as whom one logs in. */
export interface ServerAddress {
  host: string
  port: number
  /** 'none' sends everything in clear text and is refused except to this computer itself. */
  security: 'tls' | 'starttls' | 'none'
  /** '' = the server asks for no login (SMTP only). */
  user: string
}

/** Everything needed to log in to a mail server. */
export interface ServerLogin extends ServerAddress {
  password: string
  /** PEM of the only CA to trust; null = the system's. */
  ca: string | null
}

/** IPv4 loopback addresses are 127.0.0.0/8 (RFC 1122 section 3.2.1.3). */
const LOOPBACK_IPV4 = /^127(?:\.(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)){3}$/

/** Whether the host is this computer itself: the only place to which anything goes unencrypted. */
export function isLoopback(host: string): boolean {
  const bare = host.replace(/^\[|\]$/g, '').toLowerCase()
  return bare === 'localhost' || bare === '::1' || LOOPBACK_IPV4.test(bare)
}
