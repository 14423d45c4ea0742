// Which trials' curves are drawn, and in which color.

/** As many as there are `--series-N` in the style sheet. */
export const SERIES = 8
const SHOWN_AT_FIRST = 3

/**
 * The page's own choice: the best three, and whatever is running.
 *
 * @param {readonly number[]} order trials in leaderboard order
 * @param {(number: number) => string} trialState
 */
export function pickByDefault(order, trialState) {
  const best = order.filter(number => trialState(number) === 'complete').slice(0, SHOWN_AT_FIRST)
  return [...best, ...order.filter(number => trialState(number) === 'running')]
}

/**
 * Gives each trial a color. One that has a color keeps it, so that a line does not change when
 * another is added.
 *
 * @param {ReadonlyMap<number, number>} before
 * @param {readonly number[]} picks
 * @returns {Map<number, number>} color by trial
 */
export function colorPicks(before, picks) {
  const colors = new Map([...before].filter(([number]) => picks.includes(number)))
  for (const number of picks) {
    if (colors.has(number)) continue
    const taken = new Set(colors.values())
    const free = Array.from({ length: SERIES }, (_, i) => i).find(i => !taken.has(i))
    colors.set(number, free ?? colors.size % SERIES)
  }
  return colors
}
