/** What a verdict cites: the rulebook's content hash and, after `+`, the training whose model judged with it; without one the shipped model did. */
export interface JudgeVersion {
  rulebook: string
  model: number | null
}

export function writeVersion({ rulebook, model }: JudgeVersion): string {
  return model === null ? rulebook : `${rulebook}+${model}`
}

export function readVersion(text: string): JudgeVersion {
  const [rulebook = '', model] = text.split('+')
  return { rulebook, model: model === undefined ? null : Number(model) }
}
