import { defineConfig } from 'prisma/config'

// `prisma generate` needs no engine but fetches one unless it is told of a file; any file will do.
process.env['PRISMA_SCHEMA_ENGINE_BINARY'] ??= process.execPath

export default defineConfig({ schema: 'prisma/schema.prisma' })
