import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { completionScript, SHELLS } from '../../src/cli/manual/completion.ts'
import { verbsAsManPage } from '../../src/cli/manual/man-page.ts'
import { verbsAsMarkdown } from '../../src/cli/manual/markdown.ts'
import { ROOMS, VERBS } from '../../src/cli/verbs.ts'
import { gallra } from './capture.ts'

const USE = join(import.meta.dirname, '..', '..', 'docs', 'use')

/** What bash offers for a line whose last word is being typed. */
function completed(...line: string[]): string[] {
  const script = `${completionScript('bash', VERBS, 'sv')}
    COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _gallra; printf '%s\\n' "\${COMPREPLY[@]}"`
  return execFileSync('bash', ['-c', script, 'bash', 'gallra', ...line], { encoding: 'utf8' })
    .split('\n')
    .filter((word) => word !== '')
}

/** Renew the files with `npx vitest run test/cli/manual.test.ts --update`. */
describe('the manual comes from the table of verbs', () => {
  test.each([
    ['verbs.md', () => verbsAsMarkdown(ROOMS, 'en')],
    ['verbs.sv.md', () => verbsAsMarkdown(ROOMS, 'sv')],
    ['man/gallra.1', () => verbsAsManPage(ROOMS, 'en')],
    ['man/sv/gallra.1', () => verbsAsManPage(ROOMS, 'sv')],
  ])('docs/use/%s is what the table says', async (name, render) => {
    await expect(render()).toMatchFileSnapshot(join(USE, name))
  })

  test('names every verb and every option', () => {
    const [page, man] = [verbsAsMarkdown(ROOMS, 'en'), verbsAsManPage(ROOMS, 'en')]
    for (const { name, options } of VERBS) {
      expect(page).toContain(`gallra ${name}`)
      for (const { flags } of options ?? []) expect(man).toContain(flags.replaceAll('-', '\\-'))
    }
  })
})

describe('completion in bash', () => {
  test.each([
    [['acc'], ['account']],
    [
      ['account', ''],
      ['add', 'list', 'test', 'remove', '--help', '--json', '--lang'],
    ],
    [['account', 'add', '--repl'], ['--replace']],
    [['account', 'add', 'imaps://mail.example', '--repl'], ['--replace']],
    [
      ['purge', 'a'],
      ['arm', 'approve'],
    ],
    [['purge', 'approve', '--b'], ['--by']],
    [['list', '--state', 'att'], ['att-granska']],
    [['list', '--case', 'rek'], ['reklamationer']],
    [
      ['--lang', ''],
      ['sv', 'en'],
    ],
    [['nonsense', ''], []],
  ])('%j is completed to %j', (line, offered) => {
    expect(completed(...line)).toEqual(offered)
  })

  test('the verb prints the script for each shell, and refuses another', async () => {
    for (const shell of SHELLS)
      expect((await gallra(['completion', shell])).out).toBe(completionScript(shell, VERBS, 'sv'))
    expect(await gallra(['completion', 'tcsh'])).toMatchObject({ exit: 2, out: '' })
  })
})
