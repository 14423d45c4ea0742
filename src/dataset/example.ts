/** A sequence to train on. */
export interface Example {
  readonly ids: Int32Array
  /**
   * 1 where that token is a target that counts in the loss: an answer's tokens and the token that
   * ends it.
   */
  readonly lossMask: Uint8Array
}
