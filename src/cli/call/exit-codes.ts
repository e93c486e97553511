/** What a verb reports to the shell; documented in `gallra --help`. */
export const EXIT = { ok: 0, failed: 1, badInput: 2, needsPerson: 3, unreachable: 4 } as const
export type ExitCode = (typeof EXIT)[keyof typeof EXIT]
