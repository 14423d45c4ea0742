/** A loss as people read it: four digits. */
export function figure(value: number): string {
  const short = Number(value.toPrecision(4))
  // Rounding up the largest doubles leaves their range.
  return String(Number.isFinite(short) ? short : value)
}
