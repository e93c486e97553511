import { emitKeypressEvents } from 'node:readline'
import type { Io } from './call.ts'

export interface Keys {
  /** The next key by its character, or `quit` for Ctrl-C, Ctrl-D, Escape and the end of input. */
  next(): Promise<string>
  close(): void
}

/** Reads single keys, without Enter and without showing them. */
export function readKeys(stdin: Io['stdin']): Keys {
  const pressed: string[] = []
  let waiting: ((key: string) => void) | null = null
  const give = (key: string): void => {
    const taker = waiting
    waiting = null
    if (taker) taker(key)
    else pressed.push(key)
  }
  const onKey = (text: string | undefined, key: { name?: string; ctrl?: boolean }): void => {
    if (key.ctrl === true && (key.name === 'c' || key.name === 'd')) give('quit')
    else if (key.name === 'escape') give('quit')
    else if (text !== undefined && text !== '') give(text.toLowerCase())
  }
  const onEnd = (): void => give('quit')
  const raw =
    'setRawMode' in stdin && typeof stdin.setRawMode === 'function'
      ? (on: boolean) => void (stdin as NodeJS.ReadStream).setRawMode(on)
      : () => undefined
  emitKeypressEvents(stdin)
  raw(true)
  stdin.on('keypress', onKey)
  stdin.once('end', onEnd)
  stdin.resume()
  return {
    next: () =>
      new Promise((resolve) => {
        const key = pressed.shift()
        if (key === undefined) waiting = resolve
        else resolve(key)
      }),
    close: () => {
      stdin.off('keypress', onKey)
      stdin.off('end', onEnd)
      raw(false)
      stdin.pause()
    },
  }
}
