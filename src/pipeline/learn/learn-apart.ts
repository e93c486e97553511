import { Buffer } from 'node:buffer'
import { extname } from 'node:path'
import { Worker } from 'node:worker_threads'
import type { Lesson, LessonMaterial } from '../../core/learning/lesson.ts'

/**
 * Runs `lesson` in a thread of its own, so that following goes on meanwhile. The material's numbers move there. Rejects
 * when `stop` aborts.
 */
export async function learnApart(material: LessonMaterial, stop?: AbortSignal): Promise<Lesson> {
  stop?.throwIfAborted()
  const { rows, labels, known } = material
  const file = new URL(`./learn-worker${extname(import.meta.filename)}`, import.meta.url)
  const moved = [rows.buckets.buffer, rows.ends.buffer, labels.buffer, known.buffer] as ArrayBuffer[]
  const worker = new Worker(file, { workerData: material, transferList: moved })
  const end = () => void worker.terminate()
  stop?.addEventListener('abort', end, { once: true })
  const learned = await new Promise<Lesson>((resolve, reject) => {
    worker.once('message', resolve)
    worker.once('error', reject)
    worker.once('exit', (code) => {
      reject(new Error(`training ended with code ${code}`))
    })
  }).finally(() => stop?.removeEventListener('abort', end))
  // A buffer comes over as plain octets.
  return { ...learned, model: Buffer.from(learned.model) }
}
