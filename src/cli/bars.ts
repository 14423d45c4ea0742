import { MultiBar, type SingleBar } from 'cli-progress'
import colors from 'picocolors'

/**
 * One line a slot, and one for the whole search. Lines printed through it scroll above the bars.
 */
export interface Bars {
  slot(slot: number, share: number, text: string): void
  idle(slot: number): void
  whole(share: number, text: string): void
  line(text: string): void
  close(): void
}

/** Bars on a terminal; on anything else the lines alone. */
export function openBars(slots: number): Bars {
  if (!process.stdout.isTTY) {
    return {
      slot: () => undefined,
      idle: () => undefined,
      whole: () => undefined,
      line: text => console.log(text),
      close: () => undefined,
    }
  }
  const multi = new MultiBar({
    format: '{label} {bar} {text}',
    barsize: 24,
    hideCursor: true,
    clearOnComplete: true,
    autopadding: true,
    barCompleteChar: '━',
    barIncompleteChar: '╌',
  })
  const bar = (label: string): SingleBar => multi.create(1000, 0, { label, text: '' })
  const perSlot = Array.from({ length: slots }, (_, slot) => bar(`  slot ${slot + 1} `))
  const total = bar(`  ${colors.bold('search')} `)
  return {
    slot: (slot, share, text) => perSlot[slot % slots]?.update(Math.round(share * 1000), { text }),
    idle: slot => perSlot[slot % slots]?.update(0, { text: colors.dim('idle') }),
    whole: (share, text) => total.update(Math.round(share * 1000), { text }),
    line: text => multi.log(`${text}\n`),
    close: () => multi.stop(),
  }
}
