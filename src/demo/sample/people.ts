import type { Person } from './message.ts'
import type { SampleRandom } from './random.ts'

const FIRST = [
  'Alice',
  'Bob',
  'Birgitta',
  'Carl',
  'Eva',
  'Farid',
  'Gunilla',
  'Hassan',
  'Ingrid',
  'Johan',
  'Kristina',
  'Lars',
  'Märta',
  'Nils',
  'Olivia',
  'Pär',
  'Rut',
  'Sven',
  'Tove',
  'Ulla',
  'Vidar',
  'Wilma',
  'Yusuf',
  'Åsa',
  'Östen',
]
const LAST = [
  'Ahlgren',
  'Björkfors',
  'Dahlsjö',
  'Ekmark',
  'Fältros',
  'Granquist',
  'Hedlöv',
  'Idberg',
  'Järnvik',
  'Kvistlund',
  'Lövenås',
  'Mörtfors',
  'Norrhed',
  'Rosenlid',
  'Stenvall',
  'Tallmyr',
  'Vallander',
  'Åkerhjelm',
]
const DOMAINS = ['example.se', 'butik.example.se', 'kafe.example.se', 'example.com', 'example.net', 'lager.example.org']

/**
 * Invented correspondents; none is a real person. The phone numbers are from PTS's series for fiction, 070-174 06 05 to
 * 99.
 */
export function invent(random: SampleRandom): Person & { phone: string } {
  const [first, last] = [random.pick(FIRST), random.pick(LAST)]
  return {
    name: `${first} ${last}`,
    address: `${plain(first)}.${plain(last)}@${random.pick(DOMAINS)}`,
    phone: `070-174 06 ${String(random.between(5, 99)).padStart(2, '0')}`,
  }
}

function plain(name: string): string {
  return name
    .toLowerCase()
    .normalize('NFD')
    .replace(/[^a-z]/g, '')
}
