/**
 * Limits how often an action runs: calls within `milliseconds` of the last one that ran are
 * dropped.
 *
 * @param now clock in milliseconds
 */
export function throttle<A extends readonly unknown[]>(
  milliseconds: number,
  action: (...args: A) => void,
  now: () => number = () => performance.now(),
): (...args: A) => void {
  let last = -Infinity
  return (...args) => {
    const time = now()
    if (time - last < milliseconds) return
    last = time
    action(...args)
  }
}
