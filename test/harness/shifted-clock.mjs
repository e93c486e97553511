// Loaded before the program (node --import): the same process with its clock GALLRA_SHIFT milliseconds ahead.
const shift = Number(process.env.GALLRA_SHIFT ?? 0)
const now = Date.now.bind(Date)

globalThis.Date = new Proxy(Date, {
  construct: (target, args, self) => Reflect.construct(target, args.length === 0 ? [now() + shift] : args, self),
  apply: (target) => new target(now() + shift).toString(),
  get: (target, key) => (key === 'now' ? () => now() + shift : Reflect.get(target, key)),
})
