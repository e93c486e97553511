import type { Case } from '../../src/core/classification.ts'
import { seededRandom } from '../../src/core/learning/sampling.ts'

/** A kind of mail that one firm gets and files in its own way; nothing in rules or seed resembles it. */
export interface Kind {
  name: string
  case: Case
  write(index: number): { from: string; subject: string; body: string }
}

/** Sentences in changing order and choice, so that no two mails are alike. */
function composed(
  name: string,
  index: number,
  opening: readonly string[],
  lines: readonly string[],
  closing: readonly string[],
  count: number,
): string {
  const random = seededRandom(name.length * 7_919 + index)
  const one = (list: readonly string[]) => list[Math.floor(random() * list.length)]!
  const left = [...lines]
  const chosen = Array.from(
    { length: Math.min(count, left.length) },
    () => left.splice(Math.floor(random() * left.length), 1)[0]!,
  )
  const filled = (text: string) => text.replace(/#/g, () => String(Math.floor(random() * 90) + 10))
  return [one(opening), ...chosen, one(closing)].map(filled).join('\n')
}

export const KINDS: readonly Kind[] = [
  {
    name: 'solar',
    case: 'support',
    write: (index) => ({
      from: 'Solportalen <rapport@sol.example>',
      subject: `Produktion vecka ${index + 1}`,
      body: composed(
        'solar',
        index,
        [
          'Veckorapport för anläggningen på taket.',
          'Sammanställning från växelriktarna.',
          'Här kommer veckans siffror.',
        ],
        [
          'Anläggningen gav # kWh.',
          'Egenanvändning # %.',
          'Växelriktare 1 och 2 i drift.',
          'Molnigt hela veckan.',
          'Strängspänning normal.',
          'Snö på panelerna i måndags.',
          'Topp # kW på onsdagen.',
          'Panelerna tvättades i fredags.',
          'Skugga från lyftkranen på eftermiddagarna.',
          'Batteriet laddades till # %.',
        ],
        ['Nästa avläsning sker på söndag.', 'Mätaren lästes av automatiskt.'],
        5,
      ),
    }),
  },
  {
    name: 'access',
    case: 'privacy',
    write: (index) => ({
      from: ['Porten <logg@port.example>', 'Larmcentralen <vakt@larm.example>'][index % 2]!,
      subject: ['Passager', 'Passagelista', 'Dörrlogg'][index % 3]! + ` ${index + 3}`,
      body: composed(
        'access',
        index,
        ['Dygnets passager vid huvudporten.', 'Dörrloggen för lagret.', 'Passager genom port B.'],
        [
          '# passager in, # ut.',
          'Tagg # användes efter klockan 22.',
          'Tagg # är spärrad sedan i går.',
          'Dörren stod öppen i # minuter.',
          'Kameran vid lastkajen spelade in # klipp.',
          'Ingen obehörig tagg.',
          'Port B larmad klockan 23:#.',
          'Ronden gick klockan 04:#.',
          'Besökare utan tagg: #.',
        ],
        ['Listan sparas i trettio dagar hos oss.', 'Slut på listan.'],
        4,
      ),
    }),
  },
  {
    name: 'pallets',
    case: 'other',
    write: (index) => ({
      from: 'Rampen <ramp@terminal.example>',
      subject: `Pall ${200 + index} tillbaka`,
      body: composed(
        'pallets',
        index,
        ['Pallar tillbaka från butikerna.', 'Retur inlyft på ramp #.', 'Mottaget på terminalen i natt.'],
        [
          'Kolli # av #, sträckfilm kvar.',
          'Kolli # står på golvet.',
          'Vikt # kg enligt vågen.',
          'Från butiken i Umeå.',
          'Från butiken i Kalmar.',
          'Etiketten pekar på hylla #.',
          'Två lådor utan lock.',
          'Truckföraren tog bild # till #.',
          'Står i bur # tills ni säger till.',
          'Chauffören väntade # minuter.',
        ],
        ['Nästa bil går på torsdag.', 'Rampen stänger klockan 17.'],
        4,
      ),
    }),
  },
  {
    name: 'mileage',
    case: 'payments',
    write: (index) => ({
      from: ['Chauffören <bil1@akeri.example>', 'Bilen <bil2@akeri.example>'][index % 2]!,
      subject: `Körjournal ${index + 1}`,
      body: composed(
        'mileage',
        index,
        ['Veckans körningar.', 'Körjournal för skåpbilen.', 'Här är turerna.'],
        [
          'Måndag # km, Göteborg och åter.',
          'Tisdag # km inom stan.',
          'Onsdag stillastående.',
          'Torsdag # km, Borås.',
          'Fredag # km, terminalen.',
          'Mätarställning #0#.',
          'Tankade # liter.',
          'Trängselpassager: #.',
          'Färjan över sundet en gång.',
        ],
        ['Lördag och söndag ledigt.', 'Bilen står på gården.'],
        5,
      ),
    }),
  },
]
