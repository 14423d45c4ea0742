/** The models and batches that training is measured with. `steps` make a round. */
export const sizes = [
  {
    rows: 8,
    length: 128,
    steps: 20,
    width: 64,
    layers: 5,
    heads: 8,
    kvHeads: 4,
    ffnWidth: 172,
    vocabulary: 512,
  },
  {
    rows: 8,
    length: 256,
    steps: 2,
    width: 288,
    layers: 6,
    heads: 6,
    kvHeads: 6,
    ffnWidth: 768,
    vocabulary: 4096,
  },
  {
    rows: 8,
    length: 256,
    steps: 1,
    width: 576,
    layers: 8,
    heads: 9,
    kvHeads: 3,
    ffnWidth: 1536,
    vocabulary: 8192,
  },
]

/** @returns {import('../dist/decoder/config.js').DecoderConfig} */
export function configOf({ width, layers, heads, kvHeads, ffnWidth, vocabulary }) {
  return {
    architecture: 'llama',
    width,
    layers,
    heads,
    kvHeads,
    headDim: width / heads,
    ffnWidth,
    vocabulary,
    maxPositions: 512,
    ropeTheta: 10000,
    normEpsilon: 1e-5,
    tied: true,
  }
}
