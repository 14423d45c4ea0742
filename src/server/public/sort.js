/**
 * Trials in the order of a column. Trials without a value come last either way; equals keep the
 * leaderboard's order.
 *
 * @param {readonly number[]} order trials in leaderboard order
 * @param {(number: number) => string} sortValue the column's value, empty for none
 * @param {boolean} numeric
 * @param {boolean} down
 * @returns {number[]}
 */
export function sortTrials(order, sortValue, numeric, down) {
  const sign = down ? -1 : 1
  return order
    .map((number, place) => ({ number, place, value: sortValue(number) }))
    .sort((a, b) => {
      if (a.value === '' || b.value === '')
        return Number(a.value === '') - Number(b.value === '') || a.place - b.place
      return sign * compare(a.value, b.value, numeric) || a.place - b.place
    })
    .map(({ number }) => number)
}

/**
 * @param {string} a
 * @param {string} b
 * @param {boolean} numeric
 */
function compare(a, b, numeric) {
  const [x, y] = [Number(a), Number(b)]
  return numeric && !Number.isNaN(x) && !Number.isNaN(y)
    ? x - y
    : a.localeCompare(b, 'en', { numeric: true })
}
