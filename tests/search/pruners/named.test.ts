import { expect, it } from 'vitest'
import { isPromoting } from '../../../src/search/contract/pruner.js'
import { createPruner, pruners } from '../../../src/search/registry.js'

it.each([
  ['median', 'stopping', 'median'],
  ['Median(7)', 'stopping', 'median'],
  [' percentile( 25 , 5, 2 ) ', 'stopping', 'percentile(25)'],
  ['percentile(25, warmupEpochs=3)', 'stopping', 'percentile(25)'],
  ['asha', 'promoting', 'asha(3, 3)'],
  ['asha(4, 1)', 'promoting', 'asha(4, 1)'],
  ['asha(minEpochs=1)', 'promoting', 'asha(3, 1)'],
  ['hyperband()', 'promoting', 'hyperband(3, 3)'],
])('reads "%s"', (text, kind, name) => {
  const pruner = createPruner(text)
  expect(pruner.name).toBe(name)
  expect(isPromoting(pruner) ? 'promoting' : 'stopping').toBe(kind)
})

it('reads an object with options like a text', () => {
  const parsed = { name: 'median', options: { peers: 2 } }
  expect(pruners.parse({ name: 'median', peers: 2 })).toEqual(parsed)
  expect(pruners.parse('median(2)')).toEqual(parsed)
  expect(pruners.parse('median(peers=2)')).toEqual(parsed)
})

it('lists how each is written, with its defaults', () => {
  const usages = pruners.usages()
  expect(usages).toHaveLength(pruners.names.length)
  expect(usages.slice(0, 4)).toEqual([
    'median(peers=5, warmupEpochs=2)',
    'percentile(percent, peers=5, warmupEpochs=2)',
    'asha(factor=3, minEpochs=3)',
    'hyperband(factor=3, minEpochs=3)',
  ])
})

it.each([
  [
    'medain',
    'pruner: there is no "medain". Did you mean median? ' +
      `Use one of ${pruners.names.join(', ')}.`,
  ],
  ['', /Use one of/],
  [
    'percentile',
    'pruner.percent: percentile needs it. Write percentile(percent, peers=5, warmupEpochs=2).',
  ],
  ['percentile(100)', 'pruner.percent: 100 is not a number above 0 and below 100.'],
  ['asha(1)', 'pruner.factor: 1 is not an integer of at least 2. Try 3.'],
  ['asha(2.5)', 'pruner.factor: 2.5 is not an integer'],
  ['asha(3,)', 'pruner.minEpochs: "" is not a positive integer'],
  ['asha(least=1)', 'pruner.least: asha has no such option.'],
  ['asha(3, factor=3)', 'pruner.factor: is stated twice'],
  [
    'median(1, 2, 3)',
    'median has 3 arguments, and takes 2. Write median(peers=5, warmupEpochs=2).',
  ],
])('refuses "%s" and says how to write it', (text, message) =>
  expect(() => createPruner(text)).toThrow(message),
)
