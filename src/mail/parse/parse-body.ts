import { createHash } from 'node:crypto'
import { MailParser } from 'mailparser'
import type { Attachment } from '../../core/message/message.ts'
import { MAX_HEADER_BYTES, cleanLine } from './parse-headers.ts'

const MAX_PARTS = 1000
const MAX_MILLISECONDS = 30_000
const WRITE_BYTES = 256 * 1024

export interface AttachmentPart {
  attachment: Attachment
  content: Buffer
}

export interface BodyParts {
  plain: string
  html: string
  attachments: AttachmentPart[]
}

/**
 * MIME structure through mailparser, which builds nothing that gallra does not use: no links, no
 * inlined images, embedded messages stay attachments. Rejects when limits are passed; the source is
 * given in pieces so that the time limit can act.
 */
export function parseBody(source: Buffer): Promise<BodyParts> {
  return new Promise((resolve, reject) => {
    const parts: BodyParts = { plain: '', html: '', attachments: [] }
    const parser = new MailParser({
      skipHtmlToText: true,
      skipTextToHtml: true,
      skipTextLinks: true,
      skipImageLinks: true,
      ignoreEmbedded: true,
      checksumAlgo: false,
      maxHeadSize: MAX_HEADER_BYTES,
      maxChildNodes: MAX_PARTS,
    })
    let settled = false
    const timer = setTimeout(() => fail(new Error('too slow')), MAX_MILLISECONDS)
    const settle = (): void => {
      settled = true
      clearTimeout(timer)
    }
    const fail = (error: unknown): void => {
      if (settled) return
      settle()
      parser.destroy()
      reject(error instanceof Error ? error : new Error('unreadable'))
    }
    parser.on('error', fail)
    parser.on('data', (part) => {
      if (part.type === 'text') {
        parts.plain = part.text ?? ''
        parts.html = typeof part.html === 'string' ? part.html : ''
        return
      }
      const chunks: Buffer[] = []
      part.content.on('error', fail)
      part.content.on('data', (chunk: Buffer) => chunks.push(chunk))
      part.content.on('end', () => {
        parts.attachments.push(attachmentPart(part.filename, part.contentType, Buffer.concat(chunks)))
        part.release?.()
      })
    })
    parser.on('end', () => {
      if (settled) return
      settle()
      resolve(parts)
    })
    const write = (from: number): void => {
      if (settled) return
      if (from >= source.length) parser.end()
      else parser.write(source.subarray(from, from + WRITE_BYTES), () => setImmediate(write, from + WRITE_BYTES))
    }
    write(0)
  })
}

/** Type and name cleaned, octets hashed. */
export function attachmentPart(filename: string | undefined, contentType: string, content: Buffer): AttachmentPart {
  const type = cleanLine(contentType).toLowerCase().slice(0, 200)
  return {
    attachment: {
      filename: safeFilename(filename),
      contentType: /^[\w.+-]+\/[\w.+-]+$/.test(type) ? type : 'application/octet-stream',
      size: content.length,
      sha256: createHash('sha256').update(content).digest('hex'),
    },
    content,
  }
}

/** Last path component, no control characters, at most 200 characters; null when nothing is left. */
export function safeFilename(filename: string | undefined): string | null {
  const last =
    cleanLine((filename ?? '').slice(0, 4000))
      .split(/[/\\]/)
      .at(-1)
      ?.trim() ?? ''
  const short = last.length > 200 ? last.slice(0, 160) + last.slice(-40) : last
  return short === '' || /^\.+$/.test(short) ? null : short
}
