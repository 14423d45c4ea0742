import { expect, it } from 'vitest'
import { TimeLimitError, withTimeLimit } from '../../src/util/time-limit.js'

it('gives what work gives, and throws what it throws', () => {
  expect(withTimeLimit(1000, () => 7)).toBe(7)
  expect(() =>
    withTimeLimit(1000, () => {
      throw new TypeError('own')
    }),
  ).toThrow(new TypeError('own'))
})

it.each<[string, () => unknown]>([
  [
    'a loop',
    () => {
      for (;;);
    },
  ],
  ['an expression that backtracks', () => /^(a+)+$/u.test(`${'a'.repeat(60)}!`)],
  [
    'work that catches everything',
    () => {
      for (;;)
        try {
          for (;;);
        } catch {
          // not reached
        }
    },
  ],
])('ends %s', (_, work) => {
  expect(() => withTimeLimit(200, work)).toThrow(TimeLimitError)
  expect(withTimeLimit(1000, () => 'goes on')).toBe('goes on')
})
