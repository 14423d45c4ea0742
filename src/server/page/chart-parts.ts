import {
  bestSoFar,
  bestSoFarSummary,
  ceilingOf,
  curves,
  format,
  scatters,
  type Scatter,
  type StudyView,
} from '../../report/index.js'

/**
 * What the charts draw, with every point's words made here, so that numbers read the same
 * everywhere.
 */
export function chartParts(view: StudyView): [string, unknown][] {
  const points = bestSoFar(view)
  const best = {
    points: points.map(({ number, valLoss, best, incumbent }) => ({
      number,
      valLoss,
      best,
      incumbent,
      label: `Trial ${number}: ${format.loss(valLoss)}${incumbent ? ', a new best' : ''}`,
    })),
    // Beyond it a point is drawn at the edge, as a triangle.
    ceiling: ceilingOf(points.map(({ valLoss }) => valLoss)),
    summary: bestSoFarSummary(points),
  }
  return [
    ['bestSoFar', best],
    ['scatters', scatters(view).map(scatterPart)],
    ...curves(view).map((curve): [string, unknown] => [`curve:${curve.number}`, curve]),
  ]
}

function scatterPart({
  parameter,
  label,
  yLabel,
  front,
  scale,
  points,
  summary,
}: Scatter): unknown {
  return {
    parameter,
    label,
    yLabel,
    front,
    scale,
    summary,
    ceiling: ceilingOf(points.map(({ y }) => y)),
    points: points.map(point => ({
      ...point,
      label: `Trial ${point.number}: ${format.loss(point.y)} at ${label} ${format.paramValue(point.x)}`,
    })),
  }
}
