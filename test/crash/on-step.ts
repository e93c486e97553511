import type { World } from './world.ts'

export type Verb = 'sync' | 'purge' | 'serve' | 'repair'

/**
 * A moment on the wires: the pattern's nth appearance, before the server sees it or before the program hears that it is
 * done.
 */
export interface Step {
  name: string
  verb: Verb
  wire: 'imap' | 'sql'
  pattern: RegExp
  nth?: number
  phase: 'sent' | 'answered'
}

export const at = (
  verb: Verb,
  wire: Step['wire'],
  phase: Step['phase'],
  name: string,
  pattern: RegExp,
  nth = 1,
): Step => ({ name: `${verb}: ${name}, ${phase}`, verb, wire, pattern, nth, phase })

/** Nothing happens on the wires any more. */
export function peace(world: World): void {
  world.imap.rules = {}
  world.sql.onStatement = null
}

/** Calls `act` once, at that step; `finished` waits for it and tells whether the step was reached. */
export function onStep(world: World, step: Step, act: () => Promise<void> | void): { finished(): Promise<boolean> } {
  let count = 0
  let reached = false
  let acting: Promise<void> | void
  const seen = async (wire: Step['wire'], phase: Step['phase'], text: string): Promise<'cut' | null> => {
    if (
      reached ||
      wire !== step.wire ||
      phase !== step.phase ||
      !step.pattern.test(text) ||
      ++count !== (step.nth ?? 1)
    )
      return null
    reached = true
    await (acting = act())
    return 'cut'
  }
  world.imap.rules.onCommand = async ({ line }) =>
    (await seen('imap', 'sent', line)) === 'cut' ? { kind: 'cut' } : null
  world.imap.rules.onAnswer = ({ line }) => seen('imap', 'answered', line)
  world.sql.onStatement = ({ text, phase }) => seen('sql', phase, text.trim())
  return {
    async finished() {
      await acting
      return reached
    },
  }
}
