import { BaseSequencer, type TestSpecification } from 'vitest/node'

/**
 * Files that take long and are short: without earlier times the runner begins with the largest files, and one of these
 * last leaves a core idle.
 */
const LONG = [
  'postgres-15',
  'story/decade',
  'cli/model',
  'pipeline/backup-ages',
  'crash/mailbox-killed',
  'crash/disk-full',
  'crash/mailbox-actions',
  'pipeline/ingest-batches',
  'pipeline/sealed',
  'store/embedded-postgres',
].map((name) => `/test/${name}.test.ts`)

export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files)
    const isLong = (file: TestSpecification) => LONG.some((name) => file.moduleId.endsWith(name))
    return [...sorted.filter(isLong), ...sorted.filter((file) => !isLong(file))]
  }
}
