import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { english, format } from '../../src/report/index.js'

describe('durations', () => {
  it.each([
    [0, '0 s'],
    [0.42, '0.4 s'],
    [9.96, '10 s'],
    [59.6, '1 min'],
    [200, '3 min 20 s'],
    [7500, '2 h 5 min'],
    [3599.9, '1 h'],
    [273_600, '3 d 4 h'],
    [null, '–'],
    [NaN, '–'],
  ])('%s s is %s', (seconds, text) => {
    expect(format.duration(seconds)).toBe(text)
  })

  it('never show 60 of anything smaller', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0, max: 1e7, noNaN: true }),
        seconds => !/\b60 (s|min)\b|\b24 h\b/.test(format.duration(seconds)),
      ),
    )
  })

  it('are rounded where they are only estimates', () => {
    expect([2, 37, 200, 9000].map(seconds => format.estimate(seconds, english))).toEqual([
      'a few seconds',
      'about 40 s',
      'about 3 min',
      'about 2 h 30 min',
    ])
  })
})

describe('numbers', () => {
  it.each([
    [0.0003, '3e-4'],
    [0.00031623, '3.16e-4'],
    [0.05, '0.05'],
    [16, '16'],
    [0.1 + 0.2, '0.3'],
    ['cosine', 'cosine'],
    [true, 'yes'],
    [undefined, '–'],
  ])('parameter %s is %s', (value, text) => {
    expect(format.paramValue(value)).toBe(text)
  })

  it.each([
    [1, '1.00'],
    [3.456, '3.46'],
    [61.13, '61.1'],
    [12_345, '12,300'],
    [4.2e8, '4.2e+8'],
    [null, '–'],
  ])('perplexity %s is %s', (value, text) => {
    expect(format.perplexity(value)).toBe(text)
  })

  it('have no perplexity where it is beyond all numbers', () => {
    expect(format.toPerplexity(1000)).toBeNull()
    expect(format.toPerplexity(null)).toBeNull()
    expect(format.toPerplexity(0)).toBe(1)
  })

  it('draw runs together', () => {
    expect(format.ranges([7, 0, 1, 2, 5, 8])).toBe('0–2, 5, 7–8')
    expect(format.ranges([])).toBe('')
  })

  it('count things', () => {
    expect([
      format.plural(1, 'trial'),
      format.plural(1200, 'trial'),
      format.magnitude(260_032),
      format.percent(0.384),
      format.percent(0.004),
    ]).toEqual(['1 trial', '1,200 trials', '260 K', '38%', '0.4%'])
  })
})
