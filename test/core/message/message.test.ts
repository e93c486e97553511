import { describe, expect, it } from 'vitest'
import { receiptOf } from '../../../src/core/message/message.ts'

const now = new Date('2026-11-24T12:00:00Z')
const [march, may] = [new Date('2026-03-01T09:00:00Z'), new Date('2026-05-01T09:00:00Z')]

describe('when a message was received', () => {
  it('is the later of what server and sender say', () => {
    expect(receiptOf([march, may], now)).toEqual(may)
    expect(receiptOf([may, march], now)).toEqual(may)
    expect(receiptOf([march, null], now)).toEqual(march)
  })
  it('is never later than now', () => expect(receiptOf([new Date('2031-01-01T00:00:00Z'), march], now)).toEqual(now))
  it('is now when neither can be believed: nobody knows that it is old', () => {
    for (const said of [
      [new Date(0), null],
      [new Date(0), new Date('1979-12-31T23:59:59Z')],
      [null],
      [new Date(Number.NaN)],
    ])
      expect(receiptOf(said, now)).toEqual(now)
    expect(receiptOf([new Date('1980-01-01T00:00:00Z'), null], now)).toEqual(new Date('1980-01-01T00:00:00Z'))
  })
})
