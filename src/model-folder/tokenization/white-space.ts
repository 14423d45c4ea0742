/** Unicode's property White_Space; JavaScript's \s has U+FEFF too, and not U+0085. */
const SPACE = /^\p{White_Space}$/u

/** Where the white space that ends at `end` starts, `least` at the least. */
export function spaceStart(text: string, end: number, least: number): number {
  let start = end
  while (start > least && SPACE.test(text[start - 1]!)) start--
  return start
}

/** Where the white space that starts at `start` ends. */
export function spaceEnd(text: string, start: number): number {
  let end = start
  while (end < text.length && SPACE.test(text[end]!)) end++
  return end
}
