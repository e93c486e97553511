// Reads the messages in the files named as ingest does, with the compiled program, and tells in one line of JSON
// each what it took. A process of its own, so that the memory is theirs alone (the peak so far, for several).
import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'

const root = resolve(import.meta.dirname, '..', '..')
const load = (path) => import(join(root, 'dist', path))
const [
  { parseMessage },
  { placedDigest },
  { identityKeys },
  { classify },
  { threadNode },
  { readAuthentication },
  { indexTerms },
  { searchableParts },
  { readRules },
  { findIdentifiers },
] = await Promise.all(
  [
    'mail/parse/parse.js',
    'core/message/canonical-digest.js',
    'core/customer/customer.js',
    'core/judgement/classify.js',
    'core/conversation/thread.js',
    'core/message/authentication.js',
    'core/search/search-terms.js',
    'pipeline/ingest/prepare.js',
    'rulebook/read-rules.js',
    'core/customer/identifiers.js',
  ].map(load),
)
const { rulebook } = readRules(join(root, 'rules'))
const own = { addresses: ['info@promix.se'], domains: ['promix.se'], staffAddresses: [], authservId: 'mx.exempel.se' }

/**
 * Megabytes; VmHWM and not getrusage's maxrss, which a process inherits over exec from the one that started it: here
 * the runner of the tests.
 */
const peakMemory = () =>
  Math.round(Number(/VmHWM:\s+(\d+) kB/.exec(readFileSync('/proc/self/status', 'utf8'))[1]) / 1024)

for (const path of process.argv.slice(2)) {
  const source = readFileSync(path)
  const startedAt = performance.now()
  const { message, problems, failed } = await parseMessage(source)
  placedDigest(message, new Date(0))
  const authentication = readAuthentication(message.signs.authenticationResults, own.authservId)
  threadNode(message, own, { direction: 'incoming', at: new Date(0), trustedOutgoing: false })
  identityKeys(message, own, 'incoming', authentication)
  classify(
    { ...message, direction: 'incoming', senderIsStaff: false },
    { earlierCases: [], openComplaint: false },
    rulebook,
  )
  let terms = 0
  for (const part of searchableParts(message)) terms += indexTerms(part).size
  findIdentifiers(message.text)
  const ms = Math.round(performance.now() - startedAt)
  process.stdout.write(
    `${JSON.stringify({
      ms,
      peakMb: peakMemory(),
      text: message.text.length,
      terms,
      attachments: message.attachments.map((one) => one.filename),
      problems,
      failed,
    })}\n`,
  )
}
