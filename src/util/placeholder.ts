/** What stands in place of a file, and what to do about it. */
export interface Placeholder {
  readonly problem: string
  readonly remedy: string
}

/** Bytes from the beginning of a file that `placeholder` needs. */
export const PLACEHOLDER_BYTES = 64

const KINDS: readonly (Placeholder & { readonly start: RegExp })[] = [
  {
    // https://github.com/git-lfs/git-lfs/blob/main/docs/spec.md; hawser was its first name
    start: /^version https:\/\/(git-lfs|hawser)/,
    problem: 'is a Git LFS pointer: the file itself has not been downloaded',
    remedy: 'Run `git lfs install && git lfs pull` in its repository, or download it again',
  },
  {
    start: /^\s*<(!doctype html|html[\s>])/i,
    problem: 'is a web page: a hub or proxy answered with it in place of the file',
    remedy: 'Download the file itself again',
  },
  {
    start: /^(Entry not found|Repository not found|Invalid username or password\.)\s*$/,
    problem: "is a hub's refusal, saved in place of the file",
    remedy: 'Check the name and the token, and download the file again',
  },
]

/**
 * Recognizes a Git LFS pointer, a web page, or a hub's refusal in place of a file.
 *
 * @param start the first bytes of the file, PLACEHOLDER_BYTES or more, or its text
 * @returns null if the file is none of these
 */
export function placeholder(start: Uint8Array | string): Placeholder | null {
  const text =
    typeof start === 'string'
      ? start.slice(0, PLACEHOLDER_BYTES)
      : Buffer.from(start.subarray(0, PLACEHOLDER_BYTES)).toString('latin1')
  return KINDS.find(kind => kind.start.test(text.replace(/^(\ufeff|ï»¿)/, ''))) ?? null
}
