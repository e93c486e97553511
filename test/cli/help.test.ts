import { describe, expect, test } from 'vitest'
import { VERBS } from '../../src/cli/verbs.ts'
import { textsOf } from '../../src/text/texts.ts'
import { gallra } from './capture.ts'

describe('help and wrong use', () => {
  test.each(VERBS.map((verb) => [verb.name, verb] as const))(
    '%s --help tells what it does and knows --json and --lang',
    async (name, verb) => {
      const { exit, out } = await gallra([...name.split(' '), '--help'])
      expect(exit).toBe(0)
      expect(out.replace(/\s+/g, ' ')).toContain(textsOf('sv')[verb.about])
      expect(out).toContain('--json')
      expect(out).toContain('--lang')
      expect(out).toContain('Användning:')
    },
  )

  test('the language comes from the option before the environment', async () => {
    expect((await gallra(['--help'], { LANG: 'en_GB.UTF-8' })).out).toContain('Usage:')
    expect((await gallra(['status', '--help', '--lang', 'en'], { LANG: 'sv_SE.UTF-8' })).out).toContain('Usage:')
  })

  test.each([
    [['list', '--nonsense'], '--nonsense'],
    [['nonsense'], 'nonsense'],
    [['show'], 'id'],
    [['hold', 'm1', '--by', 'Carol'], '--reason'],
    [['list', '--case', 'nonsense'], '--case'],
    [['list', '--limit'], '--limit'],
    [['status', 'extra'], '--help'],
    [['list', '--after', '2026-02-30'], '--after'],
    [['list', '--limit', '0'], '--limit'],
    [['list', '--customer', 'm3'], 'k3'],
    [['search', 'colour:red'], 'colour'],
    [['account', 'add', 'imaps://alice:secret@mail.example.com'], '--password-file'],
    [['account'], 'account'],
  ])('%j ends with 2 and names %s', async (argv, named) => {
    const { exit, err, out } = await gallra(argv)
    expect(exit).toBe(2)
    expect(err).toContain(named)
    expect(err).not.toContain('secret')
    expect(out).toBe('')
  })
})
