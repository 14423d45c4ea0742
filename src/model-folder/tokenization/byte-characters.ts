/**
 * The character for each byte in the vocabularies of byte-level tokenizers: itself where
 * it is visible, others from U+0100 on.
 *
 * Source: Radford et al., GPT-2, encoder.py, `bytes_to_unicode`
 */
const CHARACTERS: readonly string[] = (() => {
  const isVisible = (byte: number): boolean =>
    (byte >= 0x21 && byte <= 0x7e) || (byte >= 0xa1 && byte <= 0xac) || byte >= 0xae
  let next = 0x100
  return Array.from({ length: 256 }, (_, byte) =>
    String.fromCharCode(isVisible(byte) ? byte : next++),
  )
})()

const BYTES = new Map(CHARACTERS.map((character, byte) => [character, byte]))

/** UTF-8 bytes of a text, each as its character. */
export function bytesToCharacters(text: string): string {
  let characters = ''
  for (const byte of Buffer.from(text)) characters += CHARACTERS[byte]!
  return characters
}

/** Bytes of a token; those of its text if a character stands for none. */
export function charactersToBytes(token: string): Uint8Array {
  const bytes = new Uint8Array(token.length)
  let i = 0
  for (const character of token) {
    const byte = BYTES.get(character)
    if (byte === undefined) return Buffer.from(token)
    bytes[i++] = byte
  }
  return bytes.subarray(0, i)
}
