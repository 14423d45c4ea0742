/** Side of an image, in pixels. */
export const SIDE = 12
export const CLASSES = ['circle', 'square', 'triangle', 'cross']

/**
 * Draws images of shapes of random place, size and brightness, over noise.
 *
 * @returns images: count x 12 x 12 x 1 in about 0–1; labels: count, 0–3
 */
export function draw(count, seed) {
  const uniform = generator(seed)
  const images = new Float32Array(count * SIDE * SIDE)
  const labels = new Int32Array(count)
  for (let n = 0; n < count; n++) {
    const label = (labels[n] = Math.floor(uniform() * CLASSES.length))
    const radius = 2.2 + 2 * uniform()
    const [cx, cy] = [0, 1].map(() => radius + (SIDE - 1 - 2 * radius) * uniform())
    const ink = 0.35 + 0.4 * uniform()
    for (let y = 0; y < SIDE; y++) {
      for (let x = 0; x < SIDE; x++) {
        const on = inside(CLASSES[label], (x - cx) / radius, (y - cy) / radius)
        images[(n * SIDE + y) * SIDE + x] = (on ? ink : 0) + 0.4 * (uniform() - 0.5)
      }
    }
  }
  return { images, labels }
}

/** u to the right and v downwards, in radii from the middle. */
function inside(shape, u, v) {
  switch (shape) {
    case 'circle':
      return u * u + v * v <= 1
    case 'square':
      return Math.max(Math.abs(u), Math.abs(v)) <= 0.9
    case 'triangle':
      return v <= 0.9 && Math.abs(u) <= (v + 1) / 2
    case 'cross':
      return Math.min(Math.abs(u), Math.abs(v)) <= 0.3 && Math.max(Math.abs(u), Math.abs(v)) <= 1
  }
}

/** mulberry32: the same numbers on every machine. */
export function generator(state) {
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
}
