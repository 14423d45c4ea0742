import { expect, it } from 'vitest'
import { prunerNamed, PRUNERS } from '../../../src/search/pruners/index.js'

it.each([
  ['median', 'stopping', 'median'],
  ['Median(7)', 'stopping', 'median'],
  [' percentile( 25 , 5, 2 ) ', 'stopping', 'percentile(25)'],
  ['asha', 'promoting', 'asha(3, 3)'],
  ['asha(4, 1)', 'promoting', 'asha(4, 1)'],
  ['hyperband()', 'promoting', 'hyperband(3, 3)'],
])('reads "%s"', (text, kind, name) => expect(prunerNamed(text)).toMatchObject({ kind, name }))

it('lists how each is written, with its defaults', () => {
  expect(PRUNERS).toEqual([
    'median(PEERS=5, WARMUP=2)',
    'percentile(PERCENT, PEERS=5, WARMUP=2)',
    'asha(FACTOR=3, LEAST=3)',
    'hyperband(FACTOR=3, LEAST=3)',
  ])
})

it.each([
  [
    'medain',
    /pruner "medain": is not one that is known. Did you mean median\? Use one of median\(/,
  ],
  ['', /Use one of/],
  [
    'percentile',
    /pruner "percentile": lacks its PERCENT. Write it as percentile\(PERCENT, PEERS=5, WARMUP=2\)/,
  ],
  ['percentile(100)', /PERCENT is 100, not a number between 0 and 100/],
  ['asha(1)', /FACTOR is 1, not a whole number from 2 on/],
  ['asha(2.5)', /FACTOR is 2.5, not a whole number/],
  ['asha(3,)', /LEAST is NaN/],
  ['median(1, 2, 3)', /has 3 arguments. Write it as median\(PEERS=5, WARMUP=2\)/],
])('refuses "%s" and says how to write it', (text, message) =>
  expect(() => prunerNamed(text)).toThrow(message),
)
