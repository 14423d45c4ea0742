import { resolve } from 'node:path'
import Table from 'cli-table3'
import { Command } from 'commander'
import { formatLoss } from '../../report/index.js'
import { listStudies } from '../../storage/index.js'
import { jsonOption, printJson, studiesOption, type Common } from '../options.js'

export function studyListCommand(): Command {
  return new Command('list')
    .description('list the studies there are')
    .addOption(studiesOption())
    .addOption(jsonOption())
    .addHelpText('after', '\nExample:\n  $ tune study list')
    .action(async ({ studies, json }: Common) => {
      const found = await listStudies(resolve(studies))
      if (json) return printJson(found)
      if (found.length === 0) return console.log(`No studies in ${resolve(studies)}. Make one with: tune study create`)
      const table = new Table({ head: ['study', 'state', 'trials', 'best val loss'], style: { head: ['cyan'], border: ['dim'], compact: true } })
      for (const study of found) table.push([study.name, study.error ? `damaged: ${study.error}` : study.state, study.trials === null ? '' : `${study.finished} of ${study.trials}`, study.best === null ? '' : formatLoss(study.best)])
      console.log(table.toString())
    })
}
