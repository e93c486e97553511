import { Readable, Writable } from 'node:stream'
import { run } from '../../src/cli/run.ts'

export interface Outcome {
  exit: number
  out: string
  err: string
}

/**
 * Runs one command line in this process, on streams that are no terminal; `program` is the compiled one where the
 * sources will not do.
 */
export async function gallra(argv: string[], env: NodeJS.ProcessEnv = {}, now?: Date, program = run): Promise<Outcome> {
  const out = sink()
  const err = sink()
  const io = {
    stdin: Readable.from([]),
    stdout: out.stream,
    stderr: err.stream,
    env,
    ...(now ? { clock: () => now } : {}),
  }
  const exit = await program(argv, io)
  return { exit, out: out.text(), err: err.text() }
}

function sink(): { stream: Writable; text: () => string } {
  const chunks: string[] = []
  const stream = new Writable({
    write(chunk: Buffer, _encoding, done) {
      chunks.push(chunk.toString())
      done()
    },
  })
  return { stream, text: () => chunks.join('') }
}
