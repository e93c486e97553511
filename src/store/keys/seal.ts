import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import { brotliCompressSync, brotliDecompressSync, constants } from 'node:zlib'
import { GallraError } from '../../errors.ts'

export const KEY_BYTES = 32
/** NIST SP 800-38D: 96-bit nonce, 128-bit tag. A data key seals a handful of values, so random nonces cannot meet. */
const NONCE_BYTES = 12
const TAG_BYTES = 16
const PIECE_BYTES = 1024 * 1024
/** Below this Brotli cannot win over its own frame. */
const WORTH_COMPRESSING = 64
const LARGEST_OPENED = 512 * 1024 * 1024

const AS_IS = 0
const BROTLI = 1

export function newDataKey(): Buffer {
  return randomBytes(KEY_BYTES)
}

/**
 * The data key under an epoch key (60 bytes). `identity` is the row's, so that a key cannot be moved to another row.
 */
export function wrapKey(dataKey: Buffer, epochKey: Buffer, identity: string): Buffer<ArrayBuffer> {
  return Buffer.concat(encrypt(epochKey, [dataKey], `key:${identity}`))
}

/** @throws GallraError 'seal-broken' */
export function unwrapKey(wrapped: Uint8Array, epochKey: Buffer, identity: string): Buffer {
  return decrypt(epochKey, wrapped, `key:${identity}`)
}

/**
 * Compressed where that makes it smaller, then AES-256-GCM: nonce | ciphertext | tag.
 * @param identity what the row is, e.g. 'Message:1:42:text'; needed again to open.
 */
export function seal(dataKey: Buffer, plaintext: Uint8Array, identity: string): Buffer<ArrayBuffer> {
  return sealPacked(dataKey, compress(plaintext), identity)
}

/** The same of what `compress` made before, perhaps in another thread: that is the dear part. */
export function sealPacked(dataKey: Buffer, packed: Uint8Array, identity: string): Buffer<ArrayBuffer> {
  return Buffer.concat(encrypt(dataKey, [packed], identity))
}

/** @throws GallraError 'seal-broken' when the key, the identity or a single bit differs. */
export function open(dataKey: Buffer, sealed: Uint8Array, identity: string): Buffer {
  const packed = decrypt(dataKey, sealed, identity)
  try {
    return decompress(packed)
  } catch (cause) {
    throw new GallraError('seal-broken', { identity }, { cause })
  }
}

export function sealJson(dataKey: Buffer, value: unknown, identity: string): Buffer<ArrayBuffer> {
  return sealPacked(dataKey, packJson(value), identity)
}

/** What `sealJson` seals. */
export function packJson(value: unknown): Buffer {
  return compress(Buffer.from(JSON.stringify(value), 'utf8'))
}

/** What `sealJson` sealed; the caller checks its shape. @throws GallraError 'seal-broken' */
export function openJson(dataKey: Buffer, sealed: Uint8Array, identity: string): unknown {
  return JSON.parse(open(dataKey, sealed, identity).toString('utf8')) as unknown
}

/** Damaged or changed, or under a key that no longer exists. */
export function isSealBroken(error: unknown): boolean {
  return error instanceof GallraError && error.code === 'seal-broken'
}

/** What `open` gives; null when its seal is broken. */
export function unlessBroken<T>(open: () => T): T | null {
  try {
    return open()
  } catch (error) {
    if (isSealBroken(error)) return null
    throw error
  }
}

/** The same of what takes a moment. */
export async function promisedUnlessBroken<T>(opening: Promise<T>): Promise<T | null> {
  try {
    return await opening
  } catch (error) {
    if (isSealBroken(error)) return null
    throw error
  }
}

/**
 * A message's source, compressed in pieces of at most 1 MB of plaintext; at least one. Made as they are asked for; each
 * is octets that follow one another, not put together: sources are most of what is copied when mail is archived.
 */
export function* packSource(source: Buffer): Generator<Uint8Array[]> {
  const count = Math.max(1, Math.ceil(source.length / PIECE_BYTES))
  for (let index = 0; index < count; index += 1)
    yield compressed(source.subarray(index * PIECE_BYTES, (index + 1) * PIECE_BYTES))
}

/** Seals what `packSource` gives of a source of `length` octets; each piece is octets that follow one another. */
export function* sealSource(
  dataKey: Buffer,
  packed: Iterable<Uint8Array[]>,
  length: number,
  identity: string,
): Generator<Uint8Array[]> {
  const count = Math.max(1, Math.ceil(length / PIECE_BYTES))
  let index = 0
  for (const piece of packed) {
    yield encrypt(dataKey, piece, pieceIdentity(identity, index, count))
    index += 1
  }
}

/**
 * Every piece, in order: a missing, doubled or exchanged one cannot be decrypted. @throws GallraError 'seal-broken'
 */
export function openSource(dataKey: Buffer, pieces: Uint8Array[], identity: string): Buffer {
  if (pieces.length === 0) throw new GallraError('seal-broken', { identity })
  return Buffer.concat(
    pieces.map((piece, index) => open(dataKey, piece, pieceIdentity(identity, index, pieces.length))),
  )
}

function pieceIdentity(identity: string, index: number, count: number): string {
  return `${identity}:${index}/${count}`
}

/** One leading byte says how: 0 as it is, 1 Brotli (quality 1: 260 MB/s, deflate is five times slower). */
export function compress(plaintext: Uint8Array): Buffer {
  return Buffer.concat(compressed(plaintext))
}

function compressed(plaintext: Uint8Array): Uint8Array[] {
  if (plaintext.length >= WORTH_COMPRESSING) {
    const smaller = brotliCompressSync(plaintext, {
      // In one piece, instead of many that zlib would put together.
      chunkSize: plaintext.length,
      params: { [constants.BROTLI_PARAM_QUALITY]: 1, [constants.BROTLI_PARAM_SIZE_HINT]: plaintext.length },
    })
    if (smaller.length < plaintext.length) return [Buffer.of(BROTLI), smaller]
  }
  return [Buffer.of(AS_IS), plaintext]
}

function decompress(packed: Buffer): Buffer {
  const content = packed.subarray(1)
  if (packed[0] === AS_IS) return content
  if (packed[0] === BROTLI) return brotliDecompressSync(content, { maxOutputLength: LARGEST_OPENED })
  throw new Error('unknown compression')
}

function encrypt(key: Buffer, plaintext: Uint8Array[], identity: string): Uint8Array[] {
  const nonce = randomBytes(NONCE_BYTES)
  const cipher = createCipheriv('aes-256-gcm', key, nonce, { authTagLength: TAG_BYTES })
  cipher.setAAD(Buffer.from(identity, 'utf8'))
  return [nonce, ...plaintext.map((octets) => cipher.update(octets)), cipher.final(), cipher.getAuthTag()]
}

function decrypt(key: Buffer, sealed: Uint8Array, identity: string): Buffer {
  try {
    const end = sealed.length - TAG_BYTES
    if (end < NONCE_BYTES) throw new Error('too short')
    const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(0, NONCE_BYTES), { authTagLength: TAG_BYTES })
    decipher.setAAD(Buffer.from(identity, 'utf8'))
    decipher.setAuthTag(sealed.subarray(end))
    return Buffer.concat([decipher.update(sealed.subarray(NONCE_BYTES, end)), decipher.final()])
  } catch (cause) {
    throw new GallraError('seal-broken', { identity }, { cause })
  }
}
