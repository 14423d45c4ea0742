import { existsSync, readFileSync, readdirSync } from 'node:fs'

/**
 * Names of the NVIDIA GPUs whose kernel driver is loaded. Linux says them in /proc; elsewhere none
 * is known of.
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
