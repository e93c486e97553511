import { displayName, type CustomerEvidence } from '../core/customer/customer.ts'
import { GallraError } from '../errors.ts'
import type { ShownMessage } from '../pipeline/read/show-messages.ts'
import { describeError } from '../text/errors.ts'
import type { TextKey } from '../text/texts.ts'
import { oneLine } from './safe-text.ts'
import type { Fact, Words } from './words.ts'

type Filed = Pick<ShownMessage, 'row' | 'customer' | 'evidence'>

/** Whom a message is filed under, and by what sign. */
export function customerFacts(words: Words, { row, customer, evidence }: Filed): Fact[] {
  const { texts } = words
  return [
    [texts.headCustomer, customerText(words, row.customerId, customer)],
    ...evidence.customer.map(({ by, text }): Fact => ['', oneLine(`${texts[SIGNS[by]]}: ${text}`, 200)]),
    ...(row.customerAmbiguous ? [['', texts.customerAmbiguous] satisfies Fact] : []),
  ]
}

function customerText({ language }: Words, id: number | null, card: ShownMessage['customer']): string {
  if (id === null) return '-'
  if (card === null) return describeError(new GallraError('customer-broken', { id: `k${id}` }), language)
  return `k${id} ${oneLine([...new Set([displayName(card), ...card.names, ...card.addresses])].join(', '), 200)}`
}

const SIGNS = {
  header: 'customerByHeader',
  'web-form': 'customerByForm',
  'reply-to': 'customerByReplyTo',
  forwarded: 'customerByForward',
  signature: 'customerBySignature',
  'machine-sender': 'customerMachine',
  spoofed: 'customerSpoofed',
  'several-correspondents': 'customerSeveral',
  'own-people': 'customerOwnPeople',
} as const satisfies Record<CustomerEvidence['by'], TextKey>
