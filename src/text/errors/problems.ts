/** English words that the detail `problem` of an error can hold beside codes (ECONNREFUSED, 53100), in Swedish. */
export const PROBLEM_WORDS = {
  'bad position': 'fel läge i filen',
  'connection lost': 'anslutningen bröts',
  'endless line': 'en rad utan slut',
  'it belongs to another user': 'den tillhör en annan användare',
  'its database belongs to another user; start gallra as the user that made it':
    'dess databas tillhör en annan användare; starta gallra som den användare som skapade den',
  manifest: 'manifest.json',
  missing: 'filen saknas',
  'no answer': 'inget svar',
  'no open folder': 'ingen mapp är öppen',
  octets: 'byte',
  rows: 'rader',
  'UIDVALIDITY changed': 'UIDVALIDITY är ändrad',
  unknown: 'okänt fel',
  unreadable: 'filen går inte att läsa',
} as const satisfies Record<string, string>
