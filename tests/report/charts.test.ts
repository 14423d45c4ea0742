import { describe, expect, it } from 'vitest'
import {
  bestSoFar,
  bestSoFarSummary,
  outlierFence,
  learningCurves,
  scatters,
  studyView,
} from '../../src/report/index.js'
import { emptyStudyFixture, studyFixture } from '../fixtures/study/study.js'

const view = studyView(studyFixture())

describe('best so far', () => {
  const points = bestSoFar(view)

  it('never rises, and ends at the best trial', () => {
    expect(points.every(({ best }, i) => i === 0 || best <= points[i - 1]!.best)).toBe(true)
    expect(points.at(-1)!.best).toBe(view.best!.valLoss)
    expect(
      points.filter(({ isBest }) => isBest).every(({ valLoss, best }) => valLoss === best),
    ).toBe(true)
  })

  it('has a summary', () => {
    expect(bestSoFarSummary(points, view)).toMatch(
      /^Over 9 complete trials the best validation loss went from 2\.9\d+ \(trial 0\) to 0\.8\d+ \(trial 9\), in 5 steps\.$/,
    )
    expect(bestSoFarSummary([], view)).toBe('No trial has finished yet.')
  })
})

it('every trial with an epoch has curves and a summary, the best first', () => {
  const all = learningCurves(view)
  expect(all[0]!.number).toBe(9)
  expect(all.map(({ number }) => number)).not.toContain(8)
  expect(all).toHaveLength(13)
  expect(all.find(({ number }) => number === 3)!.summary).toMatch(
    /^Trial 3: 11 epochs, best validation loss .* at epoch 7\. Validation loss rose/,
  )
})

describe('scatters', () => {
  it('show each parameter that was varied, on its own scale', () => {
    expect(scatters(view).map(({ parameter, scale }) => [parameter, scale])).toEqual([
      ['learningRate', 'log'],
      ['batchSize', 'linear'],
      ['epochs', 'linear'],
    ])
    expect(scatters(view)[0]!.summary).toBe(
      'The best 3 of 9 complete trials have a learning rate from 6.2e-4 to 1.13e-3.',
    )
    expect(scatters(studyView(emptyStudyFixture()))).toEqual([])
  })

  it('are cut above what lies far outside the rest, and only then', () => {
    expect(outlierFence([1, 1.1, 1.2, 1.3, 1.4, 90])).toBeLessThan(3)
    expect(outlierFence([1, 1.1, 1.2, 1.3, 1.4])).toBeNull()
    expect(outlierFence([1, 90])).toBeNull()
  })
})
