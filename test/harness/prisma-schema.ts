/** One table as the Prisma schema or the database describes it, in PostgreSQL's words. */
export interface Table {
  /** By name: `type`, `not null` or nothing, default; e.g. 'timestamp(3) with time zone not null'. */
  columns: Record<string, string>
  primaryKey: string[]
  /** 'name: unique btree (a, b)', sorted. */
  indexes: string[]
}

/** The scalar types of the schema; Prisma's own mapping for PostgreSQL. */
const TYPES: Record<string, string> = {
  Int: 'integer',
  BigInt: 'bigint',
  Float: 'double precision',
  String: 'text',
  Boolean: 'boolean',
  Bytes: 'bytea',
  Json: 'jsonb',
  'DateTime @db.Timestamptz(3)': 'timestamp(3) with time zone',
  'DateTime @db.Date': 'date',
}

/** Reads the part of Prisma's language that our schema uses; anything else throws, so that nothing goes unchecked. */
export function readPrismaSchema(text: string): Map<string, Table> {
  const tables = new Map<string, Table>()
  let open: { name: string; table: Table } | null = null
  let skipping = false
  for (const line of text.split('\n').map((one) => one.replace(/\/\/.*$/, '').trim())) {
    if (line === '') continue
    const [, name] = /^model (\w+) \{$/.exec(line) ?? []
    if (name !== undefined) open = { name, table: { columns: {}, primaryKey: [], indexes: [] } }
    else if (/^(generator|datasource) \w+ \{$/.test(line)) skipping = true
    else if (line === '}') {
      if (open) tables.set(open.name, { ...open.table, indexes: open.table.indexes.sort() })
      open = null
      skipping = false
    } else if (open) readLine(line, open.name, open.table)
    else if (!skipping) throw new Error(`prisma schema: cannot read '${line}'`)
  }
  return tables
}

function readLine(line: string, name: string, table: Table): void {
  const [, kind, list, rest] = /^@@(id|unique|index)\(\[([\w, ]+)\](.*)\)$/.exec(line) ?? []
  if (kind !== undefined && list !== undefined) {
    const columns = list.split(',').map((one) => one.trim())
    if (rest !== '' && rest !== ', type: Gin') throw new Error(`prisma schema: cannot read '${line}'`)
    if (kind === 'id') table.primaryKey = columns
    else table.indexes.push(index(name, columns, kind === 'unique', rest === '' ? 'btree' : 'gin'))
    return
  }
  const [, column, type, suffix, attributes] = /^(\w+)\s+(\w+)(\?|\[\])?\s*(.*)$/.exec(line) ?? []
  if (column === undefined || type === undefined) throw new Error(`prisma schema: cannot read '${line}'`)
  readColumn({ name, column, type, suffix: suffix ?? '', attributes: attributes ?? '' }, table)
}

function readColumn(
  the: { name: string; column: string; type: string; suffix: string; attributes: string },
  table: Table,
): void {
  let fallback = ''
  let native = ''
  for (const [attribute] of the.attributes.matchAll(/@[\w.]+(\((?:[^()]|\(\))*\))?/g)) {
    if (attribute === '@id') table.primaryKey = [the.column]
    else if (attribute === '@unique') table.indexes.push(index(the.name, [the.column], true, 'btree'))
    else if (attribute === '@default(autoincrement())') fallback = ' default nextval'
    else if (attribute.startsWith('@default('))
      fallback = ` default ${attribute.slice('@default('.length, -1).replaceAll('"', '')}`
    else if (attribute.startsWith('@db.')) native = ` ${attribute}`
    else throw new Error(`prisma schema: cannot read '${attribute}' of ${the.name}.${the.column}`)
  }
  const type = TYPES[the.type + native]
  if (type === undefined)
    throw new Error(`prisma schema: no PostgreSQL type for ${the.type}${native} of ${the.name}.${the.column}`)
  // Prisma writes lists without NOT NULL: an absent list reads as an empty one.
  const required = the.suffix === '' ? ' not null' : ''
  table.columns[the.column] = `${type}${the.suffix === '[]' ? '[]' : ''}${required}${fallback}`
}

/** Prisma's names: table, columns and `key` or `idx`. */
function index(table: string, columns: string[], unique: boolean, method: string): string {
  return (
    `${table}_${columns.join('_')}_${unique ? 'key' : 'idx'}: ${unique ? 'unique ' : ''}${method} ` +
    `(${columns.join(', ')})`
  )
}
