import { existsSync, readFileSync, readdirSync } from 'node:fs'

/**
 * @returns names of the NVIDIA GPUs whose kernel driver is loaded, which Linux lists in /proc; none
 *   on other systems
 */
export function nvidiaGpus(): string[] {
  const folder = '/proc/driver/nvidia/gpus'
  if (!existsSync(folder))
    return existsSync('/dev/nvidia0') || existsSync('/dev/dxg') ? ['an NVIDIA GPU'] : []
  return readdirSync(folder).map(
    gpu =>
      /^Model:\s*(.+)$/m.exec(readFileSync(`${folder}/${gpu}/information`, 'utf8'))?.[1] ??
      'an NVIDIA GPU',
  )
}
