// Which trials' curves are drawn, and in which colour.

/** As many as there are `--series-N` in the style sheet. */
export const SERIES = 8
const SHOWN_AT_FIRST = 3

/**
 * The page's own choice: the best three, and whatever is running.
 *
 * @param {readonly number[]} order trials in leaderboard order
 * @param {(number: number) => string} stateOf
 */
export function pickByDefault(order, stateOf) {
  const best = order.filter(number => stateOf(number) === 'complete').slice(0, SHOWN_AT_FIRST)
  return [...best, ...order.filter(number => stateOf(number) === 'running')]
}

/**
 * Gives each trial a colour. One that has a colour keeps it, so that a line does not change when
 * another is added.
 *
 * @param {ReadonlyMap<number, number>} before
 * @param {readonly number[]} picks
 * @returns {Map<number, number>} colour by trial
 */
export function colourPicks(before, picks) {
  const colours = new Map([...before].filter(([number]) => picks.includes(number)))
  for (const number of picks) {
    if (colours.has(number)) continue
    const taken = new Set(colours.values())
    const free = Array.from({ length: SERIES }, (_, i) => i).find(i => !taken.has(i))
    colours.set(number, free ?? colours.size % SERIES)
  }
  return colours
}
