import type { Wording } from './wording/wording.ts'

/** What `gallra --help` says around the verbs, options that many verbs have, and common words. */
export const helpText = {
  aboutGallra: {
    sv: 'Arkiverar e-post krypterad, bestämmer ärendetyp och gallrar enligt schema.',
    en: 'Archives mail sealed, classifies it and purges it on schedule.',
  },
  exitCodes: {
    sv:
      'Returkoder: 0 gick bra, 1 misslyckades, 2 fel användning eller indata, 3 en person måste agera, 4 servern ' +
      'eller databasen nås inte.',
    en: 'Exit codes: 0 done, 1 failed, 2 wrong use or input, 3 a person must act, 4 server or database unreachable.',
  },
  usageOptions: { sv: '[flaggor]', en: '[options]' },
  usageCommand: { sv: '[kommando]', en: '[command]' },
  helpUsage: { sv: 'Användning:', en: 'Usage:' },
  helpArguments: { sv: 'Argument:', en: 'Arguments:' },
  helpOptions: { sv: 'Flaggor:', en: 'Options:' },
  helpCommands: { sv: 'Kommandon:', en: 'Commands:' },
  manualTitle: { sv: 'Alla kommandon', en: 'All verbs' },
  manualIntro: {
    sv: 'Alla kommandon tar de här flaggorna. En flagga med * måste anges.',
    en: 'Every verb takes these options. An option marked * must be given.',
  },
  manualName: { sv: 'NAMN', en: 'NAME' },
  manualSynopsis: { sv: 'ANVÄNDNING', en: 'SYNOPSIS' },
  manualOptions: { sv: 'FLAGGOR', en: 'OPTIONS' },
  roomMailbox: { sv: 'Brevlådan', en: 'The mailbox' },
  roomFirm: { sv: 'Företaget: medarbetare och brev till dem', en: 'The firm: its staff and the letters it gets' },
  roomMail: { sv: 'Meddelanden: läsa, granska, besluta', en: 'Messages: read, review, decide' },
  roomPerson: { sv: 'Personer och kunder', en: 'Persons and customers' },
  roomDisposal: { sv: 'Gallring', en: 'Purging' },
  roomJudgement: { sv: 'Regler och modell', en: 'Rules and model' },
  roomArchive: {
    sv: 'Arkivet: läge, säkerhetskopior, nycklar, skador',
    en: 'The archive: state, backups, keys, damage',
  },
  roomShell: { sv: 'Skalet', en: 'The shell' },
  aboutCompletion: {
    sv: 'skriv ut ett skript som låter skalet fylla i kommandon: source <(gallra completion bash)',
    en: 'print a script that lets the shell complete verbs: source <(gallra completion bash)',
  },
  optHelp: { sv: 'visa hjälp', en: 'show help' },
  optJson: { sv: 'svara med JSON', en: 'answer in JSON' },
  optLang: { sv: 'språk', en: 'language' },
  optAccount: {
    sv: 'kontots adress; behövs bara om det finns flera konton',
    en: "the account's address; only needed when there are several",
  },
  optBy: { sv: 'vem som beslutar (namn eller nummer)', en: 'who decides (name or number)' },
  optReason: { sv: 'varför; sparas krypterat', en: 'why; stored sealed' },
  headId: { sv: 'Id', en: 'Id' },
  headName: { sv: 'Namn', en: 'Name' },
  headAddress: { sv: 'Adress', en: 'Address' },
  headDate: { sv: 'Datum', en: 'Date' },
  headWhy: { sv: 'Varför', en: 'Why' },
  headValue: { sv: 'Värde', en: 'Value' },
  headReason: { sv: 'Anledning', en: 'Reason' },
  headCount: { sv: 'Antal', en: 'Count' },
  headOutcome: { sv: 'Utfall', en: 'Outcome' },
  yes: { sv: 'ja', en: 'yes' },
  no: { sv: 'nej', en: 'no' },
  unknown: { sv: 'okänt', en: 'unknown' },
  nothingFound: { sv: 'Inget hittades.', en: 'Nothing found.' },
  andMore: { sv: '… och {count} till', en: '… and {count} more' },
  unknownError: {
    sv: 'Något oväntat hände ({type}). Inget mer är gjort.',
    en: 'Something unexpected happened ({type}). Nothing more was done.',
  },
} as const satisfies Record<string, Wording>
