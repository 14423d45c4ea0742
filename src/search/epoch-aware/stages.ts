const RATIO = 1.6

/**
 * The epochs at which a trial may be paused, and at which its curve is read: 1, 2, 3, 5, 8, 13, 21,
 * 33, 52, … Curves bend on a logarithmic scale, so equal ratios tell equally much. The last one is
 * `maxEpochs` itself.
 */
export function pauseStages(maxEpochs: number): readonly number[] {
  const stages = [maxEpochs]
  for (let at = maxEpochs / RATIO; at > 0.7 && stages[0]! > 1; at /= RATIO) {
    const epoch = Math.max(1, Math.round(at))
    if (epoch < stages[0]!) stages.unshift(epoch)
  }
  return stages
}
