import { readBytes } from './bytes.js'
import { notUtf8 } from './lines.js'

/**
 * Reads a text file as pieces of text, without its byte order mark.
 *
 * @throws UserError as readBytes, and for bytes that are not UTF-8, with their place
 */
export async function* readText(path: string): AsyncGenerator<string> {
  // The mark is dropped by the decoder itself
  const decoder = new TextDecoder('utf-8', { fatal: true })
  let offset = 0
  let last: Buffer = Buffer.alloc(0)
  const decode = (bytes: Buffer, stream: boolean): string => {
    try {
      return decoder.decode(bytes, { stream })
    } catch {
      // A character may have begun in the chunk before
      const tail = last.subarray(-3)
      throw notUtf8(path, Buffer.concat([wholeTail(tail), bytes]), offset - wholeTail(tail).length)
    }
  }
  for await (const bytes of readBytes(path)) {
    const text = decode(bytes, true)
    offset += bytes.length
    last = bytes
    if (text !== '') yield text
  }
  decode(Buffer.alloc(0), false)
}

/**
 * The end of a chunk from where its last character begins, so that what follows can be judged with
 * it.
 */
function wholeTail(tail: Buffer): Buffer {
  for (let at = tail.length - 1; at >= 0; at--) if (tail[at]! >= 0xc0) return tail.subarray(at)
  return Buffer.alloc(0)
}
