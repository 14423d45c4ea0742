/** @returns the number of elements of a tensor: the product of its shape; 1 for a scalar */
export function elementCount(shape: readonly number[]): number {
  return shape.reduce((product, length) => product * length, 1)
}
