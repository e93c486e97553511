import { describe, expect, test } from 'vitest'
import { parseImapUrl } from '../../src/cli/call/server-url.ts'
import { textsOf } from '../../src/text/texts.ts'

const parse = (url: string, starttls = false) => parseImapUrl(url, starttls, textsOf('en'))
const refusal = (url: string, starttls = false): string => {
  try {
    parse(url, starttls)
  } catch (error) {
    return error instanceof Error ? error.message : ''
  }
  return ''
}

describe('the IMAP URL', () => {
  test.each([
    [
      'imaps://info@example.com@mail.example.com',
      false,
      { host: 'mail.example.com', port: 993, security: 'tls', user: 'info@example.com' },
    ],
    [
      'imaps://info%40example.com@mail.example.com:1993/',
      false,
      { host: 'mail.example.com', port: 1993, security: 'tls', user: 'info@example.com' },
    ],
    [
      'imap://alice@mail.example.com',
      true,
      { host: 'mail.example.com', port: 143, security: 'starttls', user: 'alice' },
    ],
    ['imap://alice@localhost:1143', false, { host: 'localhost', port: 1143, security: 'none', user: 'alice' }],
    ['imap://alice@127.0.0.1', false, { host: '127.0.0.1', port: 143, security: 'none', user: 'alice' }],
    ['imap://alice@[::1]:143', false, { host: '::1', port: 143, security: 'none', user: 'alice' }],
    [
      'imaps://alice@brevlåda.example',
      false,
      { host: 'xn--brevlda-ixa.example', port: 993, security: 'tls', user: 'alice' },
    ],
  ] as const)('%s (STARTTLS: %s) is understood', (url, starttls, place) => {
    expect(parse(url, starttls)).toEqual(place)
  })

  test.each([
    'imaps://alice:secret@mail.example.com',
    'imaps://alice:@mail.example.com',
    'imap://a%40b.c:secret@[::1]',
    'http://alice:secret@mail.example.com',
  ])('a password in %s is refused without being repeated', (url) => {
    expect(refusal(url)).toContain('--password-file')
    expect(refusal(url)).not.toContain('secret')
  })

  test('an unencrypted connection is only allowed to this computer', () => {
    expect(() => parse('imap://alice@mail.example.com')).toThrow(
      expect.objectContaining({ code: 'plain-text-refused' }),
    )
    expect(() => parse('imap://alice@127.0.0.1.example.com')).toThrow(
      expect.objectContaining({ code: 'plain-text-refused' }),
    )
  })

  test.each([
    'mail.example.com',
    'http://alice@mail.example.com',
    'imaps://mail.example.com',
    'imaps://alice@',
    'imaps://alice@host/INBOX',
    'imaps://a%0d%0ab@host',
    'imaps://%ff@host',
  ])('%s is refused', (url) => {
    expect(() => parse(url)).toThrow(expect.objectContaining({ code: 'bad-input' }))
  })
})
