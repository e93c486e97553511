import type { Wording } from '../wording/wording.ts'

/** Customers, and why a message belongs to one. */
export const customerText = {
  groupCustomer: { sv: 'kunder', en: 'customers' },
  aboutCustomerRename: { sv: 'bestäm vad en kund heter i listor', en: 'choose what a customer is called in lists' },
  aboutCustomerSplit: {
    sv: 'gör en egen kund av dem med vissa adresser',
    en: 'make a customer of its own from certain addresses',
  },
  aboutCustomerMerge: {
    sv: 'slå samman kunder som är en och samma; den första behåller sitt id',
    en: 'merge customers that are one; the first keeps its id',
  },
  optSplitAddress: {
    sv: 'adress som hör till den nya kunden (kan upprepas)',
    en: 'address that belongs to the new customer (may be repeated)',
  },
  headCustomer: { sv: 'Kund', en: 'Customer' },
  customersMerged: { sv: 'Kunderna är sammanslagna till {id}.', en: 'The customers are merged into {id}.' },
  customerSplit: {
    sv: '{id} är delad: den nya kunden är {created}. Inga regler slår samman dem igen.',
    en: '{id} is split: the new customer is {created}. No rule merges them again.',
  },
  customerRenamed: { sv: '{id} heter nu {name}.', en: '{id} is now called {name}.' },
  customerByHeader: { sv: 'korrespondent', en: 'correspondent' },
  customerByForm: { sv: 'ur webbformulär', en: 'from a web form' },
  customerByReplyTo: { sv: 'svarsadress', en: 'reply address' },
  customerByForward: { sv: 'vidarebefordrat meddelande', en: 'forwarded mail' },
  customerBySignature: { sv: 'signatur', en: 'signature' },
  customerMachine: { sv: 'ingen kund, skickat av ett program', en: 'no customer, sent by a machine' },
  customerSpoofed: { sv: 'avsändaren är inte den som uppges', en: 'the sender is not who it claims to be' },
  customerSeveral: { sv: 'flera mottagare eller avsändare', en: 'several correspondents' },
  customerOwnPeople: { sv: 'ingen kund, bara medarbetare', en: 'no customer, staff only' },
  customerAmbiguous: {
    sv: 'Flera möjliga kunder: en person måste titta på meddelandet innan det kan gallras.',
    en: 'Several possible customers: a person has to look before the message can be purged.',
  },
  customerNameEmpty: { sv: 'namnet saknas eller är för långt', en: 'the name is missing or too long' },
  writeCustomerName: { sv: 'Skriv ett namn med högst 200 tecken', en: 'Write a name of at most 200 characters' },
} as const satisfies Record<string, Wording>
