import {
  bestSoFar,
  bestSoFarSummary,
  format,
  learningCurves,
  outlierFence,
  reportWords,
  scatters,
  type Scatter,
  type StudyView,
} from '../../report/index.js'
import { pageWords } from '../words/index.js'

/** What the charts draw. Labels are made here, so that numbers look the same everywhere. */
export function chartParts(view: StudyView): [string, unknown][] {
  const words = pageWords(view.language).charts
  const { trialName } = reportWords(view.language)
  const points = bestSoFar(view)
  const best = {
    points: points.map(({ number, valLoss, best, isBest }) => {
      const label = words.point(trialName(number), format.loss(valLoss))
      return { number, valLoss, best, isBest, label: isBest ? words.newBest(label) : label }
    }),
    // A point above it is drawn at the edge, as a triangle.
    ceiling: outlierFence(points.map(({ valLoss }) => valLoss)),
    summary: bestSoFarSummary(points, view),
  }
  return [
    ['bestSoFar', best],
    ['scatters', scatters(view).map(scatter => scatterPart(scatter, view))],
    ...learningCurves(view).map((curve): [string, unknown] => [`curve:${curve.number}`, curve]),
  ]
}

function scatterPart(scatter: Scatter, { language }: StudyView): unknown {
  const { label, points } = scatter
  const { at } = pageWords(language).charts
  const { trialName } = reportWords(language)
  return {
    ...scatter,
    ceiling: outlierFence(points.map(({ y }) => y)),
    points: points.map(point => ({
      ...point,
      label: at(trialName(point.number), format.loss(point.y), label, format.paramValue(point.x)),
    })),
  }
}
