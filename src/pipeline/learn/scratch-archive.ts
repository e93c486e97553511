import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Archive } from '../../store/archive.ts'
import { openArchive } from '../../store/opening/open-archive.ts'
import { choosePlace } from '../../store/postgres/embedded-place.ts'

/** An archive on a database of its own that is gone afterwards: a corpus must never mix with real mail. */
export async function withScratchArchive<T>(
  migrationsDirectory: string,
  work: (archive: Archive) => Promise<T>,
): Promise<T> {
  const directory = await mkdtemp(join(tmpdir(), 'gallra-scratch-'))
  // As root, PostgreSQL runs as another user who must be able to pass through.
  await chmod(directory, 0o711)
  const { home } = await choosePlace(directory)
  try {
    const place = {
      dataDirectory: directory,
      keysDirectory: join(directory, 'keys'),
      migrationsDirectory,
      databaseUrl: null,
    }
    const archive = await openArchive(place, new Date())
    try {
      return await work(archive)
    } finally {
      await archive.close()
    }
  } finally {
    for (const path of [home, directory]) await rm(path, { recursive: true, force: true, maxRetries: 5 })
  }
}
