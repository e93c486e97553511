#!/usr/bin/env -S MALLOC_ARENA_MAX=2 MALLOC_MMAP_THRESHOLD_=1048576 node --max-old-space-size=1024 --max-semi-space-size=4
// A bounded heap is tidied earlier, and glibc gives back what large messages took (mallopt(3)): a third less memory, at
// no cost that could be measured (docs/develop/performance.md).
import { run } from './run.ts'

// `gallra list | head` closes the pipe early: no fault of ours.
process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1))

process.exitCode = await run(process.argv.slice(2), process)
