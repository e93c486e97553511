import type { Wording } from '../wording/wording.ts'

/** What `gallra doctor` says of rows, keys and the model that are damaged or late. */
export const doctorRowsText = {
  doctorCopyKeys: {
    sv:
      'Nycklarna i {directory} finns bara där. Går disken sönder kan ingen läsa arkivet eller säkerhetskopiorna ' +
      'igen, inte ens programmet. Ange en katalog på en annan disk med GALLRA_KEYS_COPY. ' +
      'Då håller gallra en kopia aktuell. Skriv också av huvudnyckeln: gallra keys paper',
    en:
      'The keys in {directory} are nowhere else. If that disk breaks, nobody can read the archive or its backups ' +
      'again, nor can gallra. Name a directory on another disk with GALLRA_KEYS_COPY. ' +
      'Then gallra keeps a copy up to date. Also copy the master key onto paper: gallra keys paper',
  },
  doctorCopySameDisk: {
    sv:
      'Kopian av nycklarna i {directory} är aktuell men ligger på samma disk. ' +
      'Går disken sönder är arkivet förlorat: använd en annan.',
    en:
      'The copy of the keys in {directory} is current but on the same disk. ' +
      'If the disk breaks, the archive is lost: use another one.',
  },
  doctorBrokenReasons: {
    sv:
      'Beslut och spärrar (Override, Hold) gäller även när raden inte går att dekryptera. ' +
      'Bara det skrivna skälet är borta. Besluta igen för att skriva det på nytt.',
    en:
      'Decisions and holds (Override, Hold) are in force even when the row cannot be decrypted. ' +
      'Only the written reason is lost. Decide again to write it again.',
  },
  doctorBrokenCustomers: {
    sv: 'Kunder som inte går att dekryptera: {count} ({ids}). Laga dem ur deras meddelanden: gallra repair --by NAMN',
    en: 'Customers that cannot be decrypted: {count} ({ids}). Repair them from their messages: gallra repair --by NAME',
  },
  doctorBrokenRows: {
    sv:
      'Databasrader som inte går att dekryptera: {count} ({rows}). De är skadade eller ändrade. ' +
      'Så länge de finns kvar förstörs inte den periodnyckel de anger (är de många: ' +
      'ingen), och det som gallrats går att läsa i gamla kopior med nycklarna. ' +
      'Kontrollera disken, vilka som kan skriva i databasen och att nyckelringen är rätt. ' +
      'Laga meddelanden ur brevlådan och kunder ur sina meddelanden: gallra repair --by NAMN. Det som återstår: ' +
      'återställ en säkerhetskopia från tiden innan, eller ge upp raderna: gallra keys give-up {count} --by NAMN',
    en:
      'Rows in the database that cannot be decrypted: {count} ({rows}). They are damaged or changed. ' +
      'As long as they remain, the period key they name is not destroyed (if they are many: ' +
      'none is), and what was purged can be read in old copies with the keys. ' +
      'Check the disk, who can write to the database and that the keyring is the right one. ' +
      'Repair messages from the mailbox and customers from their messages: gallra repair --by NAME. ' +
      'For what then remains: restore a backup from before, or give the rows up: ' +
      'gallra keys give-up {count} --by NAME',
  },
  doctorGivenUp: {
    sv: 'Databasrader som inte går att dekryptera, är uppgivna och ligger kvar: {count}.',
    en: 'Rows that cannot be decrypted, were given up and are still there: {count}.',
  },
  doctorEpochs: { sv: 'Periodnycklarna förstörs i tid.', en: 'The period keys are destroyed in time.' },
  doctorLateEpochs: {
    sv:
      'Periodnyckel {epochs} skulle ha varit förstörd: det som gallrats sedan dess går att läsa i gamla kopior ' +
      'med nycklarna. Låt gallra serve gå om natten; rader som inte går att dekryptera nämns här ovanför.',
    en:
      'Period key {epochs} should have been destroyed: what was purged since can be read in old copies with the ' +
      'keys. Let gallra serve run at night; rows that cannot be decrypted are named above.',
  },
  doctorLedgerAhead: {
    sv:
      'Gallringar som finns i liggaren bredvid nycklarna men inte i databasen: {count}. ' +
      'Databasen är återställd på annat sätt än med gallra restore. Säkerhetskopiera den med gallra backup och ' +
      'återställ kopian på en tom plats med gallra restore, så tas det gallrade bort igen.',
    en:
      'Purges that are in the ledger beside the keys but not in the database: {count}. ' +
      'The database was restored by other means than gallra restore. Back it up with gallra backup and restore ' +
      'that into an empty place with gallra restore, which removes again what was purged.',
  },
  doctorUnlearn: {
    sv:
      'Gallrade meddelanden som modellen har lärt sig av: {count}. Modellen ska bytas ut senast {by}. ' +
      'Kör gallra serve, eller: gallra model train',
    en:
      'Purged messages that the model learned from: {count}. The model must be replaced by {by}. ' +
      'Run gallra serve, or: gallra model train',
  },
  doctorModelBroken: {
    sv:
      'Modellen som lärt sig av ändringarna går inte att dekryptera: skadad eller ändrad i databasen. ' +
      'Grundmodellen bedömer ny e-post så länge. Kontrollera disken och vilka som kan skriva i databasen, och ' +
      'träna sedan en ny: gallra model train',
    en:
      'The model that learned from changes cannot be decrypted: damaged or changed in the database. ' +
      'The shipped one judges new mail meanwhile. Check the disk and who can write to the database, and then ' +
      'train a new one: gallra model train',
  },
  doctorUnreadable: {
    sv:
      'Exempel som modellen lär sig av och som inte går att dekryptera: {count}. ' +
      'De är skadade eller ändrade i databasen. Kontrollera disken och vilka som kan skriva i databasen, kör ' +
      'gallra audit verify, och återskapa sedan exemplen ur sina meddelanden: gallra model train',
    en:
      'Examples the model learns from that cannot be decrypted: {count}. ' +
      'They are damaged or changed in the database. Check the disk and who can write to the database, run gallra ' +
      'audit verify, and then recreate the examples from their messages: gallra model train',
  },
  doctorModel: { sv: 'Modellen har inte kvar något som gallrats.', en: 'The model holds nothing that was purged.' },
} as const satisfies Record<string, Wording>
