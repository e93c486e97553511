import type { Wording } from '../wording/wording.ts'

/** Keys, their copy and the master key on paper. */
export const keysText = {
  groupKeys: { sv: 'nycklarna', en: 'the keys' },
  aboutKeysShow: {
    sv: 'visa periodnycklar, deras ålder och kopian av nycklarna; aldrig en nyckel',
    en: 'show period keys, their age and the copy of the keys; never a key',
  },
  aboutKeysRotate: {
    sv: 'byt huvudnyckel; inget annat krypteras om',
    en: 'change the master key; nothing else is sealed again',
  },
  aboutKeysGiveUp: {
    sv: 'ge upp rader som inte går att dekryptera, så att deras gamla periodnycklar kan förstöras',
    en: 'give up rows that cannot be decrypted, so that their old period keys can be destroyed',
  },
  aboutKeysPaper: {
    sv: 'visa huvudnyckeln i en form att skriva av på papper',
    en: 'show the master key in a form to copy onto paper',
  },
  aboutKeysRestoreMaster: { sv: 'skriv in huvudnyckeln från papper', en: 'type the master key in from paper' },
  headEpoch: { sv: 'Periodnyckel', en: 'Period key' },
  headBegan: { sv: 'Började', en: 'Began' },
  headAge: { sv: 'Dagar', en: 'Days' },
  headDestroyed: { sv: 'Förstörs', en: 'Destroyed' },
  keysIn: {
    sv: 'Nycklarna ligger i {directory}. Huvudnyckelns fingeravtryck: {mark}',
    en: 'The keys are in {directory}. Fingerprint of the master key: {mark}',
  },
  keysRotated: {
    sv:
      'Huvudnyckeln är bytt (fingeravtryck {mark}). Papper och handgjorda kopior från tidigare öppnar inte ' +
      'nyckelringen längre. Skriv ut en ny med gallra keys paper, kopiera {directory} på nytt och förstör de gamla.',
    en:
      'The master key is changed (fingerprint {mark}). Paper and hand-made copies from before no longer open the ' +
      'keyring. Print a new one with gallra keys paper, copy {directory} again and destroy the old ones.',
  },
  keysLate: {
    sv: 'Periodnyckel {epochs} skulle ha varit förstörd: gallra doctor säger varför den finns kvar.',
    en: 'Period key {epochs} should have been destroyed: gallra doctor says why it is still there.',
  },
  keysGivenUp: {
    sv:
      'Uppgivna rader, {count} st, som aldrig mer går att dekryptera: {rows}. ' +
      'De ligger kvar, men håller inte längre kvar någon periodnyckel: den förstörs nästa natt.',
    en:
      'Rows given up, {count} in all, that can never be decrypted again: {rows}. ' +
      'They stay, but no longer hold a period key: it is destroyed next night.',
  },
  writeBrokenCount: {
    sv: 'Ange hur många rader som ska ges upp, så som gallra doctor räknar dem.',
    en: 'Give how many rows are to be given up, as gallra doctor counts them.',
  },
  copyNone: {
    sv: 'Ingen kopia av nycklarna hålls aktuell. Ange en katalog på en annan disk med GALLRA_KEYS_COPY.',
    en: 'No copy of the keys is kept up to date. Name a directory on another disk with GALLRA_KEYS_COPY.',
  },
  copyCurrent: {
    sv: 'Kopian av nycklarna i {directory} är aktuell (skriven {date}).',
    en: 'The copy of the keys in {directory} is current (written {date}).',
  },
  copyBehind: {
    sv:
      'Kopian av nycklarna i {directory} är inte aktuell (skriven {date}) och gick inte att skriva. ' +
      'En gammal nyckelring öppnar inte arkivet, men kan öppna det som gallrats. Kontrollera disken.',
    en:
      'The copy of the keys in {directory} is not current (written {date}) and could not be written. ' +
      'An old keyring does not open the archive, but may open what was purged. Check the disk.',
  },
  copyUnreachable: {
    sv:
      'Katalogen {directory} för kopian av nycklarna går inte att nå. Anslut disken; ' +
      'gallra skapar aldrig katalogen själv.',
    en:
      'The directory {directory} for the copy of the keys cannot be reached. Connect the disk; ' +
      'gallra never creates the directory itself.',
  },
  copyForeign: {
    sv:
      'I {directory} ligger nycklar till ett annat arkiv. De skrivs aldrig över: ' +
      'ange en egen katalog i GALLRA_KEYS_COPY.',
    en:
      '{directory} holds keys of another archive. They are never overwritten: ' +
      'name a directory of its own in GALLRA_KEYS_COPY.',
  },
  copyNewer: {
    sv:
      'Kopian i {directory} är nyare än nycklarna i {keys}, som har återställts från en gammal kopia. ' +
      'Stoppa gallra och kopiera {directory} till {keys}.',
    en:
      'The copy in {directory} is newer than the keys in {keys}, which were restored from an old copy. ' +
      'Stop gallra and copy {directory} to {keys}.',
  },
  notATerminal: {
    sv: 'nyckeln visas bara i en terminal, aldrig i en fil, ett rör eller JSON',
    en: 'the key is shown in a terminal only, never in a file, a pipe or JSON',
  },
  runInTerminal: { sv: 'Kör kommandot direkt i en terminal', en: 'Run the command directly in a terminal' },
  paperHead: {
    sv: 'gallra – huvudnyckel, {date}, fingeravtryck {mark}',
    en: 'gallra – master key, {date}, fingerprint {mark}',
  },
  paperFoot: {
    sv:
      'Skriv av raderna och läs dem en gång till, eller skriv ut. Spara på två ställen, aldrig tillsammans med ' +
      'databasen eller säkerhetskopiorna. Tecknen I, L, O och U förekommer inte. ' +
      'Nyckeln öppnar inget utan keyring.json: håll den kopierad med GALLRA_KEYS_COPY. ' +
      'Efter gallra keys rotate gäller inte papperet längre. Rensa skärmen efteråt.',
    en:
      'Copy the lines and read them once more, or print. Keep it in two places, never together with the database ' +
      'or its backups. The characters I, L, O and U do not occur. The key opens nothing without keyring.json: ' +
      'keep that copied with GALLRA_KEYS_COPY. After gallra keys rotate the paper is no longer valid. ' +
      'Clear the screen afterwards.',
  },
  askPaperLine: { sv: 'Rad {line} av {lines}: ', en: 'Line {line} of {lines}: ' },
  paperLine: { sv: 'rad {line}', en: 'line {line}' },
  paperLineBad: {
    sv: 'raden stämmer inte med papperet eller saknas',
    en: 'the line does not match the paper or is missing',
  },
  paperAgain: { sv: 'Jämför med papperet, tecken för tecken', en: 'Compare with the paper, character by character' },
  paperLineWrong: { sv: 'Rad {line} stämmer inte. Skriv den igen.', en: 'Line {line} does not fit. Type it again.' },
  paperWrong: {
    sv: 'raderna stämmer var för sig men inte tillsammans',
    en: 'the lines fit one by one but not together',
  },
  masterRestored: {
    sv: 'Huvudnyckeln (fingeravtryck {mark}) är på plats och öppnar nyckelringen.',
    en: 'The master key (fingerprint {mark}) is in place and opens the keyring.',
  },
  masterSetAside: {
    sv: 'Den huvudnyckel som låg där öppnade inte nyckelringen och är undanlagd: {path}',
    en: 'The master key that was there did not open the keyring and is set aside: {path}',
  },
} as const satisfies Record<string, Wording>
