import { describe, expect, it } from 'vitest'
import { objectiveDirection } from '../../src/record/objective.js'

describe('an objective', () => {
  it('has a direction of its own', () => {
    expect(objectiveDirection('perplexity')).toBe('minimize')
    expect(objectiveDirection('exactMatch')).toBe('maximize')
  })
})
