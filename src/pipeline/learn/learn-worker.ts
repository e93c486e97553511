/** A thread of its own that trains and ends; started by learn-apart.ts only. */
import { parentPort, workerData } from 'node:worker_threads'
import { lesson, type LessonMaterial } from '../../core/learning/lesson.ts'

const learned = lesson(workerData as LessonMaterial)
parentPort?.postMessage(learned)
