import { readdirSync, readFileSync } from 'node:fs'

/**
 * Ends the processes that have an environment variable with this value, wherever they are: children
 * that left their process group, or their session, still inherit it. Linux alone lists the
 * environments of processes; elsewhere none is ended.
 *
 * @returns how many there were, without this process
 */
export function signalMarked(name: string, value: string, signal: NodeJS.Signals): number {
  const pids = markedProcesses(name, value)
  for (const pid of pids)
    try {
      process.kill(pid, signal)
    } catch {
      // It has ended meanwhile.
    }
  return pids.length
}

function markedProcesses(name: string, value: string): readonly number[] {
  if (process.platform !== 'linux') return []
  const mark = `${name}=${value}`
  return readdirSync('/proc').flatMap(entry => {
    const pid = Number(entry)
    if (!Number.isInteger(pid) || pid === process.pid) return []
    try {
      const environment = readFileSync(`/proc/${pid}/environ`, 'latin1')
      return environment.split('\0').includes(mark) ? [pid] : []
    } catch {
      // It has ended, or belongs to another user.
      return []
    }
  })
}
