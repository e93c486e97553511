// @ts-check
// Reads the text of one PDF at a time, in a process of its own (pdf-text.ts starts and ends it). Plain JavaScript,
// because Node itself loads it and Node 20 reads no TypeScript. Nothing in a PDF is run: pdf.js without eval, fonts,
// forms or scripts.
import { Worker } from 'node:worker_threads'

/**
 * A thread ends this process when its parent was killed while a PDF keeps it busy, or when it takes uncounted memory.
 */
const MOST_RESIDENT = 900 * 1024 * 1024
const WATCH = `
  const parent = process.ppid
  setInterval(() => {
    if (process.ppid !== parent || process.memoryUsage.rss() > ${MOST_RESIDENT}) process.kill(process.pid, 'SIGKILL')
  }, 50)`
new Worker(WATCH, { eval: true, resourceLimits: { maxOldGenerationSizeMb: 8 } }).unref()
process.on('disconnect', () => process.exit())

/**
 * Octets in one buffer besides the document itself, and in all buffers made for one PDF, freed ones included. The
 * heap's limit does not cover them, and a few kilobytes can unpack to gigabytes. They are counted, so that the outcome
 * does not depend on how busy the machine is.
 */
const MOST_IN_ONE = 16 * 1024 * 1024
const MOST_MADE = 512 * 1024 * 1024
let most = MOST_IN_ONE
let made = 0
let exceeded = false

/** @param {number} octets */
function count(octets) {
  made += octets
  if (octets <= most && made <= MOST_MADE) return
  exceeded = true
  throw new RangeError('too much memory')
}

for (const name of /** @type {const} */ ([
  'ArrayBuffer',
  'Uint8Array',
  'Uint8ClampedArray',
  'Uint16Array',
  'Uint32Array',
  'Int8Array',
  'Int16Array',
  'Int32Array',
  'Float32Array',
  'Float64Array',
])) {
  const width = 'BYTES_PER_ELEMENT' in globalThis[name] ? Number(Reflect.get(globalThis[name], 'BYTES_PER_ELEMENT')) : 1
  Reflect.set(
    globalThis,
    name,
    new Proxy(globalThis[name], {
      construct(target, parameters, newTarget) {
        const [size] = parameters
        if (typeof size === 'number') count(size * width)
        return Reflect.construct(target, parameters, newTarget)
      },
    }),
  )
}
// Unpacks beyond our counting, and would reach the network: without them pdf.js unpacks by itself, and fetches nothing.
for (const name of ['DecompressionStream', 'fetch', 'WebSocket', 'XMLHttpRequest', 'WebAssembly'])
  Reflect.deleteProperty(globalThis, name)

const { getDocumentProxy } = await import('unpdf')

/**
 * @typedef {{ content: Uint8Array, mostPages: number, mostCharacters: number }} Question
 * @typedef {{ text: string, cut: boolean } | { problem: 'encrypted' | 'unreadable' | 'too-large' }} Answer
 */

process.on('message', (/** @type {Question} */ question) => {
  most = MOST_IN_ONE + question.content.length
  made = 0
  exceeded = false
  void read(question).then((answer) => process.send?.(answer))
})
process.send?.('ready')

/** @param {Question} question @returns {Promise<Answer>} */
async function read({ content, mostPages, mostCharacters }) {
  let pdf = null
  try {
    // It comes as a view of a larger buffer, which pdf.js would take for itself.
    pdf = await getDocumentProxy(Uint8Array.from(content), {
      isEvalSupported: false,
      disableFontFace: true,
      useSystemFonts: false,
      enableXfa: false,
      stopAtErrors: false,
      verbosity: 0,
    })
    let text = ''
    let cut = pdf.numPages > mostPages
    for (let number = 1; number <= Math.min(pdf.numPages, mostPages) && text.length < mostCharacters; number += 1) {
      const page = await pdf.getPage(number)
      text += await readPage(page, mostCharacters - text.length)
      page.cleanup()
    }
    if (text.length >= mostCharacters) cut = true
    return exceeded ? { problem: 'too-large' } : { text: text.slice(0, mostCharacters), cut }
  } catch (error) {
    if (exceeded) return { problem: 'too-large' }
    return { problem: error instanceof Error && error.name === 'PasswordException' ? 'encrypted' : 'unreadable' }
  } finally {
    await pdf?.loadingTask.destroy().catch(() => undefined)
  }
}

/**
 * Piece by piece, so that a page without end is left when there is enough.
 * @param {Awaited<ReturnType<Awaited<ReturnType<typeof getDocumentProxy>>['getPage']>>} page
 * @param {number} most
 */
async function readPage(page, most) {
  let text = ''
  const reader = page.streamTextContent().getReader()
  for (;;) {
    const { done, value } = await reader.read()
    if (done) return `${text}\n`
    for (const item of value.items) {
      text += item.str
      if (item.hasEOL) text += '\n'
      if (text.length >= most) {
        await reader.cancel(new Error('enough')).catch(() => undefined)
        return text
      }
    }
  }
}
