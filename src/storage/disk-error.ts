import { UserError } from '../errors.js'

/** There is no space for what a study saves. Nothing that is finished is lost. */
export class DiskFull extends UserError {
  /** @param problem left out: a file of the study cannot be written */
  constructor(subject: string, problem = 'cannot be written: the disk is full') {
    super(
      subject,
      problem,
      'Free some space and run the same command again; what was finished is safe',
    )
  }
}

/**
 * Says what a failed write or read means for the user. Errors that nobody can mend come back as
 * they are.
 *
 * @param path the file, as the user knows it
 */
export function diskError(path: string, error: unknown): unknown {
  switch ((error as NodeJS.ErrnoException).code) {
    case 'ENOSPC':
    case 'EDQUOT':
      return new DiskFull(path)
    case 'EROFS':
      return new UserError(
        path,
        'cannot be written: the disk is read-only',
        'Work in a folder on a disk that can be written',
      )
    case 'EACCES':
    case 'EPERM':
      return new UserError(
        path,
        'may not be read or written by this user',
        'Change its permissions, or work in a folder of your own',
      )
    case 'ENOTDIR':
    case 'EISDIR':
    case 'EEXIST':
      return new UserError(
        path,
        'is a folder where a file belongs, or the other way round',
        'Move it out of the way',
      )
    case 'EMFILE':
    case 'ENFILE':
      return new UserError(
        path,
        'cannot be opened: too many files are open',
        'Raise the limit (ulimit -n) and run the same command again',
      )
    default:
      return error
  }
}

/** Runs a piece of file work and says its failure in the user's words. */
export async function onDisk<T>(path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    throw diskError(path, error)
  }
}

export function isMissing(error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException
  return code === 'ENOENT' || code === 'ENOTDIR'
}

export function isFull(error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException
  return code === 'ENOSPC' || code === 'EDQUOT'
}
