import { MultiBar, type SingleBar } from 'cli-progress'
import colors from 'picocolors'
import { print, safe } from './print.js'

/** One bar for each slot and one for the search. Lines printed through it scroll above the bars. */
export interface Bars {
  /** @param share of the trial's epochs that have run, 0 to 1 */
  slot(slot: number, share: number, text: string): void
  idle(slot: number): void
  search(share: number, text: string): void
  line(text: string): void
  close(): void
}

/** Bars on a terminal; anything else gets the lines alone. */
export function openBars(slots: number): Bars {
  return process.stdout.isTTY ? new TerminalBars(slots) : LINES_ONLY
}

/** How bars look, for cli-progress. */
export const BAR_STYLE = {
  barsize: 24,
  hideCursor: true,
  clearOnComplete: true,
  barCompleteChar: '━',
  barIncompleteChar: '╌',
} as const

const LINES_ONLY: Bars = {
  slot: () => undefined,
  idle: () => undefined,
  search: () => undefined,
  line: print,
  close: () => undefined,
}

const STEPS = 1000

class TerminalBars implements Bars {
  readonly #multi = new MultiBar({
    ...BAR_STYLE,
    format: '{label} {bar} {text}',
    autopadding: true,
  })
  readonly #slots: readonly SingleBar[]
  readonly #search: SingleBar

  constructor(slots: number) {
    this.#slots = Array.from({ length: slots }, (_, slot) => this.#bar(`  slot ${slot + 1} `))
    this.#search = this.#bar(`  ${colors.bold('search')} `)
  }

  slot(slot: number, share: number, text: string): void {
    this.#slots[slot % this.#slots.length]?.update(Math.round(share * STEPS), { text: safe(text) })
  }

  idle(slot: number): void {
    this.slot(slot, 0, colors.dim('idle'))
  }

  search(share: number, text: string): void {
    this.#search.update(Math.round(share * STEPS), { text: safe(text) })
  }

  line(text: string): void {
    this.#multi.log(`${safe(text)}\n`)
  }

  close(): void {
    this.#multi.stop()
  }

  #bar(label: string): SingleBar {
    return this.#multi.create(STEPS, 0, { label, text: '' })
  }
}
