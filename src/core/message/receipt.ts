/** No mail server kept mail over IMAP before: a date from then is a broken migration's or a flat battery's. */
const FIRST_BELIEVABLE = Date.UTC(1980, 0, 1)

/**
 * When a message was received: the latest that server (internalDate) and sender (Date) say. A broken migration
 * leaves 1970 and would make mail due at once, so what cannot be believed says nothing, and with nothing said it
 * counts as received `now` (P2). Never later than `now`: a clock ahead of ours must not postpone a purge for ever.
 */
export function receiptOf(said: (Date | null)[], now: Date): Date {
  const believable = said.flatMap((at) => (at !== null && at.getTime() >= FIRST_BELIEVABLE ? [at.getTime()] : []))
  return believable.length === 0 ? now : new Date(Math.min(now.getTime(), Math.max(...believable)))
}
