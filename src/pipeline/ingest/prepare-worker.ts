/** The thread that prepares messages beside the one that archives them; `preparers.ts` starts it. */
import { parentPort, workerData } from 'node:worker_threads'
import type { OwnIdentity } from '../../core/message/message.ts'
import type { TrainedRulebook } from '../../core/judgement/rules.ts'
import { createBlindIndex } from '../../store/keys/blind-index.ts'
import { prepareMessage, type PreparedMessage } from './prepare.ts'

export interface WorkerSetup {
  indexKey: Uint8Array
  tombstoneKey: Uint8Array
  rulebook: TrainedRulebook
}

/** Sources end to end in `octets`, so that they change threads without being copied one by one. */
export interface PrepareOrder {
  own: OwnIdentity
  inSentFolder: boolean
  octets: ArrayBuffer
  messages: { start: number; end: number; internalDate: Date }[]
}

/** In the order of the messages. What is packed lies in `octets`: `[start, end]` each. */
export interface PrepareAnswer {
  octets: ArrayBuffer
  messages: {
    prepared: Omit<PreparedMessage, 'content' | 'source'>
    content: [number, number]
    source: [number, number][] | null
  }[]
}

if (parentPort !== null) listen(parentPort, workerData as WorkerSetup)

function listen(port: NonNullable<typeof parentPort>, setup: WorkerSetup): void {
  const { rulebook } = setup
  const index = createBlindIndex(Buffer.from(setup.indexKey))
  const tombstoneIndex = createBlindIndex(Buffer.from(setup.tombstoneKey))
  const answer = async ({ own, inSentFolder, octets, messages }: PrepareOrder): Promise<PrepareAnswer> => {
    const workshop = { index, tombstoneIndex, rulebook, own, inSentFolder }
    const prepared: PreparedMessage[] = []
    for (const { start, end, internalDate } of messages)
      prepared.push(await prepareMessage(workshop, { source: Buffer.from(octets, start, end - start), internalDate }))
    return bundled(prepared)
  }
  // One order after the other: `preparers.ts` takes the answers in the order of its questions.
  let before: Promise<void> = Promise.resolve()
  port.on('message', (order: PrepareOrder) => {
    // A rejection ends the thread, and `preparers.ts` rejects the orders it had.
    before = before
      .then(() => answer(order))
      .then((done) => {
        port.postMessage(done, [done.octets])
      })
  })
}

function bundled(all: PreparedMessage[]): PrepareAnswer {
  const pieces: Uint8Array[] = []
  let length = 0
  const put = (...parts: Uint8Array[]): [number, number] => {
    const start = length
    for (const part of parts) length += part.length
    pieces.push(...parts)
    return [start, length]
  }
  const messages = all.map(({ content, source, ...prepared }) => ({
    prepared,
    content: put(content),
    source: source === null ? null : source.map((parts) => put(...parts)),
  }))
  const octets = new Uint8Array(length)
  let at = 0
  for (const piece of pieces) {
    octets.set(piece, at)
    at += piece.length
  }
  return { octets: octets.buffer, messages }
}
