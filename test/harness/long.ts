/** `npm run test:long` asks for more than the ordinary run has time for. */
export const LONG = process.env['GALLRA_LONG'] !== undefined

/** 1 and up, as many as the run has time for; GALLRA_SEED=4,17 runs exactly those. */
export function seedsToRun(count: { ordinary: number; long: number }): number[] {
  const given = process.env['GALLRA_SEED']
  if (given) return given.split(',').map(Number)
  return Array.from({ length: LONG ? count.long : count.ordinary }, (_, at) => at + 1)
}
