import type { Wording } from '../wording/wording.ts'

/** Conversations, and why a message belongs to one. */
export const conversationText = {
  headConversation: { sv: 'Konversation', en: 'Conversation' },
  headComplaintClosed: { sv: 'Avslutad', en: 'Closed' },
  headDelivered: { sv: 'Levererad', en: 'Delivered' },
  headConsumer: { sv: 'Konsument', en: 'Consumer' },
  headIdleReview: { sv: 'Vilande från', en: 'Idle from' },
  startsConversation: { sv: 'första meddelandet i konversationen', en: 'first message of the conversation' },
  forgedReferences: {
    sv: 'hänvisar till en konversation som det inte fick läggas i',
    en: 'refers to a conversation it was kept out of',
  },
  threadByReference: { sv: 'svar på ett meddelande i konversationen', en: 'answers a message of the conversation' },
  threadByShared: { sv: 'hänvisar till samma tidigare meddelande', en: 'refers to the same earlier message' },
  threadBySubject: {
    sv: 'samma ämnesrad och korrespondent inom {days} dagar',
    en: 'same subject and correspondent within {days} days',
  },
} as const satisfies Record<string, Wording>
