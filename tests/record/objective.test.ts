import { describe, expect, it } from 'vitest'
import { directionOf } from '../../src/record/objective.js'

describe('an objective', () => {
  it('has a direction of its own', () => {
    expect(directionOf('perplexity')).toBe('minimize')
    expect(directionOf('exactMatch')).toBe('maximize')
  })
})
