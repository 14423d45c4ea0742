import { hypervolume } from '../../../math/hypervolume.js'
import { lexical, paretoFront } from '../../../math/pareto.js'

/** How far beyond the worst of a front its hypervolume is measured from, in units of its extent. */
const BEYOND = 1.1

/**
 * The better part of some points with several losses each: the Pareto front, then the front of the
 * other points, and so on. Of the last front, which may not fit whole, those points are taken, one
 * after the other, that add most to the hypervolume of those taken before.
 *
 * @param points shape [points][objectives], to be minimised; a value that is not a number is as bad
 *   as can be
 * @param count how many to take
 * @returns for each point whether it is taken
 *
 * Source: Ozaki, Tanigaki, Watanabe, Nomura & Onishi, "Multiobjective tree-structured Parzen
 * estimator", JAIR 2022, section 4.1.
 */
export function betterPart(points: readonly (readonly number[])[], count: number): boolean[] {
  const losses = points.map(point => point.map(value => (Number.isNaN(value) ? Infinity : value)))
  const taken = points.map(() => false)
  if (points[0]?.length === 1) {
    // Fronts of one objective are its values in order.
    const order = losses.map((_, i) => i).sort((a, b) => lexical(losses[a]!, losses[b]!))
    for (const i of order.slice(0, count)) taken[i] = true
    return taken
  }
  let unranked = [...points.keys()]
  for (let missing = count; missing > 0 && unranked.length > 0;) {
    const among = unranked
    const front = paretoFront(among.map(i => losses[i]!)).map(at => among[at]!)
    const chosen =
      front.length <= missing
        ? front
        : spread(
            front.map(i => losses[i]!),
            missing,
          ).map(at => front[at]!)
    for (const i of chosen) taken[i] = true
    missing -= chosen.length
    unranked = unranked.filter(i => !taken[i])
  }
  return taken
}

/** Indices of the points of a front that cover it best, chosen greedily. */
function spread(front: readonly (readonly number[])[], count: number): number[] {
  const scaled = unitScaled(front)
  const reference = front[0]!.map(() => BEYOND)
  const chosen: number[] = []
  while (chosen.length < count) {
    const covered = chosen.map(i => scaled[i]!)
    let best = { at: -1, volume: -1 }
    for (let at = 0; at < scaled.length; at++) {
      if (chosen.includes(at)) continue
      const volume = hypervolume([...covered, scaled[at]!], reference)
      if (volume > best.volume) best = { at, volume }
    }
    chosen.push(best.at)
  }
  return chosen
}

/**
 * Each objective from 0 at its lowest to 1 at its highest. Halved first, so that the span of the
 * largest doubles is one.
 */
function unitScaled(front: readonly (readonly number[])[]): readonly (readonly number[])[] {
  const ranges = front[0]!.map((_, j) => {
    const finite = front.map(point => point[j]! / 2).filter(Number.isFinite)
    return {
      low: finite.reduce((a, b) => Math.min(a, b), Infinity),
      high: finite.reduce((a, b) => Math.max(a, b), -Infinity),
    }
  })
  return front.map(point =>
    point.map((value, j) =>
      ranges[j]!.high > ranges[j]!.low
        ? (value / 2 - ranges[j]!.low) / (ranges[j]!.high - ranges[j]!.low)
        : 0,
    ),
  )
}
