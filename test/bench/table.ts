/** One line of the result: ours beside another's, measured in the same run. */
export interface Figure {
  what: string
  ours: string
  beside: string
  /** Of ours to the other; null where only a bound in ms, MB or per second stands. */
  ratio: number | null
  /** What was to be reached: at least this ratio. */
  reach: number | string
  /** Whether it was; derived from ratio and reach when those are numbers. */
  reached?: boolean
  note?: string
  seconds?: number
}

export function hasReached(figure: Figure): boolean | null {
  if (figure.reached !== undefined) return figure.reached
  return figure.ratio === null || typeof figure.reach !== 'number' ? null : figure.ratio >= figure.reach
}

export function table(figures: Figure[]): string {
  const rows = figures.map((one) => {
    const reached = hasReached(one)
    return [
      one.what,
      one.ours,
      one.beside,
      one.ratio === null ? '' : one.ratio.toFixed(3),
      `${typeof one.reach === 'number' ? '>= ' : ''}${one.reach}`,
      reached === null ? '' : reached ? 'yes' : 'NO',
      one.note ?? '',
    ]
  })
  const all = [['what', 'gallra', 'beside', 'ratio', 'reach', 'reached', 'note'], ...rows]
  const widths = all[0]!.map((_, column) => Math.max(...all.map((row) => row[column]!.length)))
  return all
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column]!))
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}
