const SIGNS = [/no space left on device/i, /\bENOSPC\b/, /disk quota exceeded/i, /\bEDQUOT\b/]

/** Whether a job ended because a disk is full: its error, its code or its last output says so. */
export function saysDiskFull(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  const { code = '', output = '' } = error as NodeJS.ErrnoException & { readonly output?: string }
  const text = `${code} ${error.message} ${output}`
  return SIGNS.some(sign => sign.test(text)) || error.message.includes('the disk is full')
}
