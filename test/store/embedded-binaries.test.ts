import { mkdirSync, mkdtempSync, readFileSync, readlinkSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { copyBinaries } from '../../src/store/postgres/embedded-binaries.ts'

let directory: string
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'gallra-binaries-'))
})
afterEach(() => rmSync(directory, { recursive: true, force: true }))

it.each([true, false])('the copy never leads back into the checkout (links already made there: %s)', async (linked) => {
  const source = join(directory, 'package', 'native')
  mkdirSync(join(source, 'lib'), { recursive: true })
  mkdirSync(join(source, 'bin'))
  writeFileSync(join(source, 'lib', 'libicuuc.so.60.2'), 'library')
  writeFileSync(
    join(source, 'pg-symlinks.json'),
    JSON.stringify([{ source: 'native/lib/libicuuc.so.60.2', target: 'native/lib/libicuuc.so.60' }]),
  )
  if (linked) symlinkSync('libicuuc.so.60.2', join(source, 'lib', 'libicuuc.so.60'))
  const home = join(directory, 'home')
  mkdirSync(home)
  const copy = await copyBinaries({ directory: source, version: '1', major: '1' }, home)
  expect(readlinkSync(join(copy, 'lib', 'libicuuc.so.60'))).toBe('libicuuc.so.60.2')
  rmSync(source, { recursive: true })
  expect(readFileSync(join(copy, 'lib', 'libicuuc.so.60'), 'utf8')).toBe('library')
})
