import type { Wording } from '../wording/wording.ts'

/** The database and the disk beneath it. */
export const databaseErrors = {
  'archive-missing': {
    sv: 'Här finns inget arkiv ännu. Lägg till ett konto: gallra account add',
    en: 'There is no archive here yet. Add an account: gallra account add',
  },
  'data-directory-unreachable': {
    sv: 'Datakatalogen {directory} kan inte användas ({problem}). Ange en annan med GALLRA_DATA.',
    en: 'The data directory {directory} cannot be used ({problem}). Name another with GALLRA_DATA.',
  },
  'database-in-use': {
    sv: 'Någon annan använder databasen ({sessions} anslutningar). Stoppa gallra serve först.',
    en: 'Somebody else uses the database ({sessions} connections). Stop gallra serve first.',
  },
  'database-not-empty': {
    sv:
      'Databasen är inte tom. En säkerhetskopia återställs bara på en tom plats: ' +
      'ange en ny katalog med GALLRA_DATA eller en tom databas med DATABASE_URL.',
    en:
      'The database is not empty. A backup is only restored into an empty place: ' +
      'name a new directory with GALLRA_DATA or an empty database with DATABASE_URL.',
  },
  'database-unreachable': {
    sv: 'Databasen svarar inte ({problem}). Kontrollera DATABASE_URL.',
    en: 'The database does not answer ({problem}). Check DATABASE_URL.',
  },
  'no-space': {
    sv:
      'Disken är full ({problem}). Inget halvfärdigt är sparat. Frigör utrymme och kör om; ' +
      'gallra fortsätter där programmet slutade.',
    en:
      'The disk is full ({problem}). Nothing half-done has been saved. Free some space and run again; ' +
      'gallra goes on where it stopped.',
  },
  'postgres-binaries-missing': {
    sv: 'Det finns ingen inbyggd PostgreSQL för {platform}. Ange en egen databas med DATABASE_URL.',
    en: 'There is no embedded PostgreSQL for {platform}. Name your own database with DATABASE_URL.',
  },
  'postgres-other-major': {
    sv:
      'Databasen i {directory} är gjord av PostgreSQL {found}, men den här versionen av gallra har {expected}. ' +
      'Inget är ändrat. Gör så här: kör gallra backup KATALOG med den version av gallra som gjorde den, sedan ' +
      'gallra restore KATALOG med den här versionen, med en ny katalog i GALLRA_DATA och samma GALLRA_KEYS.',
    en:
      'The database in {directory} was made by PostgreSQL {found}, but this version of gallra has {expected}. ' +
      'Nothing has been changed. Do this: run gallra backup DIRECTORY with the version of gallra that made it, ' +
      'then gallra restore DIRECTORY with this version, with a new directory in GALLRA_DATA and the same ' +
      'GALLRA_KEYS.',
  },
  'postgres-start-failed': {
    sv: 'Den inbyggda databasen startade inte ({problem}). Se {log}.',
    en: 'The embedded database did not start ({problem}). See {log}.',
  },
  'schema-newer': {
    sv: 'Databasen är gjord av en nyare version av gallra ({migration}). Uppgradera programmet.',
    en: 'The database was made by a newer version of gallra ({migration}). Upgrade the program.',
  },
} as const satisfies Record<string, Wording>
