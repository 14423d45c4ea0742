const ROOT5 = Math.sqrt(5)

/**
 * Matérn-5/2 correlation of two points at distance r, in lengths.
 *
 * Source: Rasmussen & Williams, "Gaussian Processes for Machine Learning", 2006, equation 4.17.
 */
export function matern52(r: number): number {
  return (1 + ROOT5 * r + (5 / 3) * r * r) * Math.exp(-ROOT5 * r)
}
