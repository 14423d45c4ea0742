/** √5, by which the Matérn-5/2 kernel multiplies its distances. */
export const ROOT5 = Math.sqrt(5)

/**
 * Matérn-5/2 kernel of unit variance, M(r) = (1 + √5 r + 5/3 r²) exp(−√5 r).
 *
 * @param r distance in length scales, 0 or more
 *
 * Source: Rasmussen & Williams, "Gaussian Processes for Machine Learning", 2006, equation 4.17.
 */
export function matern52(r: number): number {
  return (1 + ROOT5 * r + (5 / 3) * r * r) * Math.exp(-ROOT5 * r)
}

/** −M′(r) / r = 5/3 (1 + √5 r) exp(−√5 r), minus the derivative of M by r² / 2; finite at 0. */
export function matern52Decay(r: number): number {
  return (5 / 3) * (1 + ROOT5 * r) * Math.exp(-ROOT5 * r)
}
