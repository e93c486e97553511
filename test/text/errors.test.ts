import { describe, expect, test } from 'vitest'
import { GallraError } from '../../src/errors.ts'
import { describeError } from '../../src/text/errors.ts'

describe('an error', () => {
  test('is described in the reader’s language, with its values', () => {
    const error = new GallraError('login-refused', { host: 'mail.firm.example' })
    expect(describeError(error, 'sv')).toMatch(/^E-postservern mail\.firm\.example nekade inloggning\./)
    expect(describeError(error, 'en')).toMatch(/^The mail server mail\.firm\.example refused the login\./)
  })

  test('has a message of code and values for logs', () => {
    expect(new GallraError('mail-server-unreachable', { host: 'mail.firm.example', port: 993 }).message).toBe(
      'mail-server-unreachable (host: mail.firm.example, port: 993)',
    )
    expect(new GallraError('uidplus-missing').message).toBe('uidplus-missing')
  })

  test('that came with words in Swedish shows them to Swedish readers only', () => {
    const words = { inSwedish: { problem: 'rad 3' } }
    const error = new GallraError('rules-invalid', { file: 'cases.yaml', problem: 'line 3' }, words)
    expect(describeError(error, 'sv')).toContain('cases.yaml kan inte användas: rad 3')
    expect(describeError(error, 'en')).toContain('cases.yaml cannot be used: line 3')
  })

  test('with a known English problem has it in Swedish; a code stays as it is', () => {
    const of = (problem: string) => describeError(new GallraError('database-unreachable', { problem }), 'sv')
    expect(of('connection lost')).toContain('(anslutningen bröts)')
    expect(of('ECONNREFUSED')).toContain('(ECONNREFUSED)')
    expect(of('3 ≠ 4 rows')).toContain('(3 ≠ 4 rader)')
    expect(of('53100')).toContain('(53100)')
    expect(of('constructor')).toContain('(constructor)')
  })

  test('caused by another error of ours says so in the reader’s language', () => {
    const cause = new GallraError('seal-broken', { identity: 'Message 3' })
    const error = new GallraError('backup-damaged', { file: 'Message', problem: cause.message }, { cause })
    expect(describeError(error, 'sv')).toContain('(En databasrad (Message 3) går inte att dekryptera:')
    expect(describeError(error, 'en')).toContain('(A row (Message 3) cannot be decrypted:')
  })
})
