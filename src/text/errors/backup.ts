import type { Wording } from '../wording/wording.ts'

/** Backing up and restoring. */
export const backupErrors = {
  'backup-damaged': {
    sv: 'Säkerhetskopian är skadad: {file} ({problem}). Använd en annan; gallra återställer aldrig en skadad kopia.',
    en: 'The backup is damaged: {file} ({problem}). Use another one; gallra never restores a damaged backup.',
  },
  'backup-directory-not-empty': {
    sv: 'Katalogen {directory} är inte tom. Ange en ny. En avbruten säkerhetskopia kan tas bort.',
    en: 'The directory {directory} is not empty. Name a new one. An interrupted backup can be removed.',
  },
  'backup-expired': {
    sv:
      'Säkerhetskopian går inte längre att läsa. Periodnyckel {epochs} är förstörd enligt schemat, för att det ' +
      'som gallrats inte ska gå att få fram. Kopian gick att återställa till och med {until}. Använd en nyare.',
    en:
      'The backup can no longer be read. Period key {epochs} was destroyed on schedule, so that what was purged ' +
      'cannot be brought back. The backup could be restored until {until}. Use a newer one.',
  },
  'backup-incomplete': {
    sv:
      '{directory} är ingen hel säkerhetskopia: manifest.json saknas. ' +
      'Kopieringen avbröts, eller så är det fel katalog.',
    en:
      '{directory} is not a complete backup: manifest.json is missing. ' +
      'The backup was interrupted, or this is the wrong directory.',
  },
  'backup-newer': {
    sv: 'Säkerhetskopian är gjord av en nyare version av gallra ({version}). Uppgradera programmet.',
    en: 'The backup was made by a newer version of gallra ({version}). Upgrade the program.',
  },
  'backup-other-keyring': {
    sv:
      'Säkerhetskopian i {directory} hör till en annan nyckelring, eller så är manifest.json ändrat. ' +
      'Ange arkivets nycklar, som de är i dag, med GALLRA_KEYS.',
    en:
      'The backup in {directory} belongs to another keyring, or manifest.json was changed. ' +
      "Name the archive's keys, as they are today, with GALLRA_KEYS.",
  },
  'backup-unwritable': {
    sv: 'Det går inte att skriva i {directory} ({problem}). Inget är säkerhetskopierat.',
    en: '{directory} cannot be written to ({problem}). Nothing has been backed up.',
  },
  'disk-full': {
    sv:
      'Disken med {directory} är full ({problem}). Säkerhetskopian blev inte hel och är borttagen. ' +
      'Frigör utrymme och börja om.',
    en:
      'The disk of {directory} is full ({problem}). The backup was not complete and has been removed. ' +
      'Free some space and start again.',
  },
  'restore-unfinished': {
    sv:
      'Återställningen av en säkerhetskopia avbröts, så arkivet är inte fullständigt. Kör om den: ' +
      'gallra restore KATALOG',
    en: 'A restore was interrupted, so the archive is not complete. Run it again: gallra restore DIRECTORY',
  },
  'sync-first': {
    sv:
      'Efter att en säkerhetskopia återställts måste gallra läsa om brevlådan innan gallringen slås på ' +
      '({folders} mappar återstår). Kör: gallra sync',
    en:
      'After a restore gallra must read the mailbox again before you turn purging on ({folders} folders remain). ' +
      'Run: gallra sync',
  },
} as const satisfies Record<string, Wording>
