import { pino, type Logger } from 'pino'

export type { Logger }

/**
 * The log carries ids, counts and error codes only (P7). Errors from libraries may quote mail or
 * addresses, so of a foreign error only its class and code are written, never its message.
 */
export function createLogger(level: string): Logger {
  return pino({ level, base: null, serializers: { err: describeError } }, pino.destination({ dest: 2, sync: true }))
}

function describeError(error: unknown): Record<string, unknown> {
  if (!(error instanceof Error)) return { type: typeof error }
  const code = 'code' in error && typeof error.code === 'string' ? error.code : undefined
  const details = 'details' in error ? error.details : undefined
  const cause = error.cause === undefined ? undefined : describeError(error.cause)
  return {
    type: error.name,
    code,
    details,
    cause,
    at: error.stack
      ?.split('\n')
      .find((line) => /^\s+at /.test(line) && !line.includes('@'))
      ?.trim()
      .replace(/\(?\S*\/(src|dist)\//, '($1/'),
  }
}
