#!/usr/bin/env node
import { run } from './run.ts'

// `gallra list | head` closes the pipe early: no fault of ours.
process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1))

process.exitCode = await run(process.argv.slice(2), process)
