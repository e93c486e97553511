import type { Wording } from '../wording/wording.ts'

/** Keys, what they seal, the audit chain and the ledger of purges. */
export const keyErrors = {
  'account-broken': {
    sv:
      'Kontot {id} går inte att dekryptera: dess rad i databasen är skadad eller ändrad. ' +
      'Övriga konton berörs inte. Lägg till det igen med samma adress, så är det samma konto med alla sina ' +
      'meddelanden: gallra account add (ange också egna adresser, mappar och smtp på nytt).',
    en:
      'Account {id} cannot be decrypted: its row in the database is damaged or changed. ' +
      'Other accounts are not affected. Add it again with the same address, and it is the same account with all ' +
      'its mail: gallra account add (give its own addresses, folders and smtp again, too).',
  },
  'audit-broken': {
    sv:
      'Loggkedjan är bruten vid händelse {seq} på konto {account}. Någon har ändrat databasen; ' +
      'jämför med en säkerhetskopia.',
    en:
      'The audit chain is broken at event {seq} of account {account}. Somebody changed the database; ' +
      'compare with a backup.',
  },
  'audit-truncated': {
    sv:
      'Händelse {seq} på konto {account} finns inte i loggkedjan så som den står i brevet. ' +
      'Någon har kapat eller ändrat loggen; jämför med en säkerhetskopia.',
    en:
      'Event {seq} of account {account} is not in the audit chain as the letter has it. ' +
      'Somebody truncated or changed the log; compare with a backup.',
  },
  'broken-rows-differ': {
    sv:
      'Antalet databasrader som inte går att dekryptera är {count}, inte det antal som angavs. ' +
      'Se dem med gallra doctor.',
    en: 'The number of rows that cannot be decrypted is {count}, not the number given. See them with gallra doctor.',
  },
  'customer-broken': {
    sv:
      'Kunden {id} går inte att dekryptera (skadad eller ändrad). Kör gallra repair --by NAMN: ' +
      'då hämtas namn och adresser ur kundens meddelanden.',
    en:
      'Customer {id} cannot be decrypted (damaged or changed). Run gallra repair --by NAME: ' +
      "it takes names and addresses from the customer's messages.",
  },
  'keyring-damaged': {
    sv: 'Nyckelringen {path} är skadad eller hör till en annan huvudnyckel. Lägg tillbaka din kopia.',
    en: 'The keyring {path} is damaged or belongs to another master key. Restore your copy.',
  },
  'keyring-missing': {
    sv:
      'Nyckelringen {path} saknas men arkivet har innehåll. Utan den går inget att läsa: ' +
      'lägg tillbaka din kopia. gallra gör ingen ny.',
    en:
      'The keyring {path} is missing but the archive has content. Nothing can be read without it: ' +
      'restore your copy. gallra will not create a new one.',
  },
  'ledger-missing': {
    sv:
      'Gallringsliggaren {path} saknas. Utan den kan gallra inte veta vad som gallrats sedan säkerhetskopian. ' +
      'Lägg tillbaka din kopia av nycklarna, eller återställ utan liggaren med --without-ledger: ' +
      'det gallrade är då kvar tills det gallras igen.',
    en:
      'The ledger of purges {path} is missing. Without it gallra cannot know what was purged since the backup. ' +
      'Restore your copy of the keys, or restore without the ledger with --without-ledger: ' +
      'what was purged then stays until it is purged again.',
  },
  'ledger-unwritable': {
    sv:
      'Gallringsliggaren {path} går inte att skriva ({problem}). Det som gallrats är gallrat. ' +
      'Rätta felet, så skrivs liggaren vid nästa gallring.',
    en:
      'The ledger of purges {path} cannot be written ({problem}). What was purged is purged. ' +
      'Correct the fault, and the next run writes the ledger.',
  },
  'master-key-refused': {
    sv:
      'Den nyckeln öppnar inte nyckelringen {path}. Inget är ändrat. Papperet kan vara från före ett byte av ' +
      'huvudnyckel.',
    en:
      'That key does not open the keyring {path}. Nothing has been changed. ' +
      'The paper may be from before a change of the master key.',
  },
  'model-broken': {
    sv:
      'Modellen som lärt sig av ändringarna går inte att dekryptera (skadad eller ändrad). Träna först en ny: ' +
      'gallra model train',
    en:
      'The model that learned from changes cannot be decrypted (damaged or changed). Train a new one first: ' +
      'gallra model train',
  },
  'seal-broken': {
    sv: 'En databasrad ({identity}) går inte att dekryptera: fel nyckel eller ändrat innehåll.',
    en: 'A row ({identity}) cannot be decrypted: wrong key or changed content.',
  },
  'staff-broken': {
    sv:
      'Medarbetaren {id} går inte att dekryptera: raden i databasen är skadad eller ändrad. ' +
      'Övriga medarbetare berörs inte. Lägg till personen igen med samma namn, så är det samma medarbetare: ' +
      'gallra staff add',
    en:
      'Staff member {id} cannot be decrypted: the row in the database is damaged or changed. ' +
      'Others are not affected. Add the person again with the same name, and it is the same staff member: ' +
      'gallra staff add',
  },
} as const satisfies Record<string, Wording>
