import { resolve } from 'node:path'
import Table from 'cli-table3'
import { Command } from 'commander'
import colors from 'picocolors'
import { isFinished } from '../../record/trial.js'
import { format } from '../../report/index.js'
import { listStudies, type StudyListing } from '../../storage/index.js'
import { incumbentOf } from '../../study/index.js'
import { jsonOption, printJson, studiesOption, type Common } from '../options.js'

/** One line of `tune study list --json`. */
interface Row {
  readonly name: string
  readonly dir: string
  readonly state: string
  readonly finished: number
  readonly trials: number | null
  /** Lowest validation loss so far, nats per token. */
  readonly best: number | null
  readonly error: string | null
}

export function studyListCommand(): Command {
  return new Command('list')
    .description('list the studies there are')
    .addOption(studiesOption())
    .addOption(jsonOption())
    .addHelpText('after', '\nExample:\n  $ tune study list')
    .action(async ({ studies, json }: Common) => {
      const rows = (await listStudies(resolve(studies))).map(rowOf)
      if (json) return printJson(rows)
      if (rows.length === 0) return console.log(`No studies in ${resolve(studies)}. Make one with: tune study create`)
      const table = new Table({ head: ['study', 'state', 'trials', 'best val loss'], style: { head: ['cyan'], border: ['dim'], compact: true } })
      for (const { name, state, finished, trials, best, error } of rows) {
        table.push([name, error ? colors.red(error) : state, trials === null ? '' : `${finished} of ${trials}`, best === null ? '' : format.loss(best)])
      }
      console.log(table.toString())
    })
}

function rowOf(listing: StudyListing): Row {
  const { name, dir, held } = listing
  const empty = { name, dir, finished: 0, trials: null, best: null, error: null }
  switch (listing.status) {
    case 'new':
      return { ...empty, state: 'new' }
    case 'damaged':
      return { ...empty, state: 'damaged', error: listing.error.message }
    case 'ready': {
      const { trials, spec, state } = listing.document
      return {
        ...empty,
        state: state === 'running' && !held ? 'interrupted' : state,
        finished: trials.filter(isFinished).length,
        trials: spec.trials,
        best: incumbentOf(trials)?.objective ?? null,
      }
    }
  }
}
