import { SingleBar } from 'cli-progress'
import type { Call } from './call.ts'
import { plain } from '../../present/safe-text.ts'

interface Bar {
  update(done: number, total: number): void
  stop(): void
}

/** A progress bar on stderr; silent when nobody watches. */
export function startBar(call: Call, label: string): Bar {
  if (call.io.stderr.isTTY !== true) return { update: () => undefined, stop: () => undefined }
  const bar = new SingleBar({
    stream: call.io.stderr,
    format: `${plain(label)} [{bar}] {value}/{total}`,
    hideCursor: true,
    clearOnComplete: true,
  })
  bar.start(0, 0)
  return {
    update: (done, total) => {
      bar.setTotal(Math.max(total, done))
      bar.update(done)
    },
    stop: () => bar.stop(),
  }
}
