import type { Wording } from '../wording/wording.ts'

/** Scanning the archive for a person. */
export const scanText = {
  aboutScan: {
    sv: 'sök igenom allt som finns arkiverat om en person, även det som bara sparas för bokföringen',
    en: 'look through everything archived about a person, mail kept for bookkeeping only too',
  },
  optScanAddress: { sv: 'personens e-postadress (kan upprepas)', en: 'an e-mail address of the person (repeatable)' },
  optScanName: {
    sv: 'personens eller företagets hela namn (kan upprepas)',
    en: 'the whole name of the person or firm (repeatable)',
  },
  optScanPhone: { sv: 'telefonnummer (kan upprepas)', en: 'phone number (repeatable)' },
  optScanPersonalNumber: {
    sv: 'person-, samordnings- eller organisationsnummer (kan upprepas)',
    en: 'personal, coordination or organisation number (repeatable)',
  },
  optScanNumber: {
    sv: 'order-, faktura- eller kundnummer (kan upprepas)',
    en: 'order, invoice or customer number (repeatable)',
  },
  optScanCustomer: {
    sv: 'kund, k3: kundens alla meddelanden, och de där kundens namn och adresser finns (kan upprepas)',
    en: "customer, k3: all of the customer's messages, and those with the customer's names and addresses (repeatable)",
  },
  scanning: { sv: 'Söker igenom', en: 'Scanning' },
  scanNobody: { sv: 'ingen att söka efter är angiven', en: 'no person to look for was given' },
  writeSubject: {
    sv: 'Ange minst en av --address, --name, --phone, --personal-number, --number och --customer',
    en: 'Give at least one of --address, --name, --phone, --personal-number, --number and --customer',
  },
  scanUnusable: { sv: 'det värdet går inte att söka efter', en: 'this value cannot be looked for' },
  writeScanAddress: { sv: 'Skriv en hel e-postadress', en: 'Write a whole e-mail address' },
  writeScanName: { sv: 'Skriv hela namnet, minst tre bokstäver', en: 'Write the whole name, three letters at least' },
  writeScanPhone: {
    sv: 'Skriv hela numret med riktnummer eller landsnummer',
    en: 'Write the whole number with its area or country code',
  },
  writeScanPersonalNumber: {
    sv: 'Skriv tio eller tolv siffror; kontrollsiffran måste stämma',
    en: 'Write ten or twelve digits; the check digit must be right',
  },
  writeScanNumber: {
    sv: 'Skriv minst tre tecken, varav minst en siffra',
    en: 'Write three characters at least, one of them a digit',
  },
  scanned: {
    sv:
      '{count} av {scanned} meddelanden rör personen: {sure} säkra (adress, nummer eller kund), {names} med hela ' +
      'namnet, {weak} möjliga.',
    en:
      '{count} of {scanned} messages concern the person: {sure} certain (address, number or customer), {names} ' +
      'with the whole name, {weak} possible.',
  },
  scannedPartly: {
    sv: 'Meddelanden som inte kunde läsas i sin helhet: {count}. Läs dem själv: {ids}',
    en: 'Messages that could not be read in full: {count}. Read them yourself: {ids}',
  },
  scannedUnopened: {
    sv: 'SVARET ÄR INTE FULLSTÄNDIGT: {count} meddelanden gick inte att dekryptera: {ids}',
    en: 'THE ANSWER IS NOT COMPLETE: {count} messages could not be decrypted: {ids}',
  },
  headStrength: { sv: 'Träff', en: 'Match' },
  headFound: { sv: 'Funnet', en: 'Found' },
  strengthIdentifier: { sv: 'säker', en: 'certain' },
  strengthName: { sv: 'namn', en: 'name' },
  strengthWeak: { sv: 'möjlig', en: 'possible' },
  foundAddress: { sv: 'adress', en: 'address' },
  foundName: { sv: 'namn', en: 'name' },
  foundPhone: { sv: 'telefon', en: 'phone' },
  foundPersonalNumber: { sv: 'personnummer', en: 'personal number' },
  foundReference: { sv: 'nummer', en: 'number' },
  foundCustomer: { sv: 'kund', en: 'customer' },
  fieldSubject: { sv: 'ämne', en: 'subject' },
  fieldFrom: { sv: 'från', en: 'from' },
  fieldTo: { sv: 'till', en: 'to' },
  fieldText: { sv: 'text', en: 'text' },
  fieldAttachment: { sv: 'bilaga', en: 'attachment' },
  fieldHeader: { sv: 'huvud', en: 'header' },
  fieldSource: { sv: 'källtext', en: 'source' },
} as const satisfies Record<string, Wording>
