/** Batches of documents, packed into rows. */
import { documentOf } from './corpus/text.mjs'

const BOS = 1
const EOS = 2

/**
 * An endless stream of batches. Each row begins with a new document, which the next follow until
 * the row is full; what does not fit is left out, so that every row begins where a text begins.
 *
 * @param encode text → ids, without special tokens
 * @param from number of the first document; `next()` gives a batch and the number of the document
 *   after its last
 */
export function batches(encode, { seed, rows, length, from }) {
  let document = from
  return {
    next() {
      const tokens = new Int32Array(rows * (length + 1))
      const lossMask = new Float32Array(rows * length).fill(1)
      for (let row = 0; row < rows; row++) {
        const start = row * (length + 1)
        let at = 0
        while (at <= length) {
          const ids = [BOS, ...encode(documentOf(seed, document++)), EOS].slice(0, length + 1 - at)
          tokens.set(ids, start + at)
          // That a text follows a text is nothing to learn.
          if (at > 0) lossMask[row * length + at - 1] = 0
          at += ids.length
        }
      }
      return { batch: { tokens, lossMask, rows, length }, document }
    },
  }
}
