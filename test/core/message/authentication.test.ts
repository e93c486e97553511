import { describe, expect, it } from 'vitest'
import { isSpoofed, isVerified, readAuthentication } from '../../../src/core/message/authentication.ts'

const HOST = 'mx.promix.se'
const read = (...fields: string[]) => readAuthentication(fields, HOST)

describe('Authentication-Results', () => {
  it.each([
    ['mx.promix.se; dmarc=pass header.from=example.com', 'pass'],
    ['MX.promix.se 1; spf=pass smtp.mailfrom=example.com; dmarc = fail (p=REJECT) header.from=example.com', 'fail'],
    ['mx.promix.se; spf=pass smtp.mailfrom=example.com', 'none'],
    ['mx.promix.se; none', 'none'],
    ['mx.promix.se; dmarc=none', 'none'],
    ['mx.promix.se; dmarc=bestguesspass', 'none'],
    ['mx.promix.se; dmarc=temperror', 'unknown'],
    ['mx.promix.se; spf=fail (x; dmarc=pass (nested; dmarc=pass) ) smtp.mailfrom=a', 'none'],
    ['mx.promix.se; spf=fail smtp.mailfrom="x; dmarc=pass header.from=example.com"', 'none'],
    ['mx.promix.se; spf=fail smtp.mailfrom="\\"; dmarc=pass"', 'none'],
    ['mx.evil.example; dmarc=pass header.from=example.com', 'unknown'],
    ['mx.promix.se.evil.example; dmarc=pass', 'unknown'],
    ['(mx.promix.se;) mx.evil.example; dmarc=pass', 'unknown'],
    ['', 'unknown'],
  ])('%j says %s', (field, dmarc) => {
    expect(read(field).dmarc).toBe(dmarc)
  })

  it('of nobody in particular prove nothing when no host is configured', () => {
    expect(readAuthentication(['mx.promix.se; dmarc=fail'], null)).toEqual({
      dmarc: 'unknown',
      headerFrom: null,
      submitted: false,
      evidence: [],
    })
  })

  it('below a stranger’s field came with the message and do not count', () => {
    expect(read('mx.evil.example; spf=pass', 'mx.promix.se; dmarc=pass header.from=example.com').dmarc).toBe('unknown')
    expect(read('mx.promix.se; spf=fail', 'mx.evil.example; x=y', 'mx.promix.se; dmarc=pass').dmarc).toBe('none')
  })

  it('split over several fields are read together, and a failure wins', () => {
    expect(read('mx.promix.se; spf=pass', 'mx.promix.se; dmarc=pass header.from=example.com').dmarc).toBe('pass')
    expect(read('mx.promix.se; dmarc=pass', 'mx.promix.se; dmarc=fail').dmarc).toBe('fail')
  })

  it('are kept word for word as evidence', () => {
    const field = 'mx.promix.se; dmarc=pass (p=none) header.from=example.com'
    expect(read(field, 'other; x=y').evidence).toEqual([field])
  })

  it('are read in bounded time', () => {
    const started = performance.now()
    read(`mx.promix.se; ${'('.repeat(1_000_000)}`, 'mx.promix.se;'.repeat(100_000))
    expect(performance.now() - started).toBeLessThan(500)
  })
})

describe('a sender', () => {
  const passed = read('mx.promix.se; dmarc=pass header.from=example.com')

  it('is verified only for the domain the host vouched for', () => {
    expect(isVerified(passed, 'alice@example.com')).toBe(true)
    expect(isVerified(passed, 'alice@example.net')).toBe(false)
    expect(isSpoofed(passed, 'alice@example.net', false)).toBe(true)
  })

  it('is spoofed when the host says so, and not for want of a policy', () => {
    expect(isSpoofed(read('mx.promix.se; dmarc=fail'), 'alice@example.com', false)).toBe(true)
    expect(isSpoofed(read('mx.promix.se; dmarc=none'), 'alice@example.com', false)).toBe(false)
    expect(isSpoofed(read(), 'alice@example.com', false)).toBe(false)
  })

  it('at the firm’s own domain must pass when it came from outside, or have logged in', () => {
    expect(isSpoofed(read('mx.promix.se; spf=softfail'), 'dan@promix.se', true)).toBe(true)
    expect(isSpoofed(read('mx.promix.se; auth=pass smtp.auth=dan; dmarc=fail'), 'dan@promix.se', true)).toBe(false)
    expect(isSpoofed(read(), 'dan@promix.se', true)).toBe(false)
  })
})
