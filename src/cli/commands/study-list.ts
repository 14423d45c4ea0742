import { resolve } from 'node:path'
import { Command } from 'commander'
import colors from 'picocolors'
import { format } from '../../report/index.js'
import { listStudies } from '../../study/index.js'
import { jsonOption, printJson, studiesOption, type Common } from '../options.js'
import { formatTable } from '../table.js'
import { print } from '../print.js'

export function studyListCommand(): Command {
  return new Command('list')
    .description('list all studies')
    .addOption(studiesOption())
    .addOption(jsonOption())
    .addHelpText('after', '\nExample:\n  $ tune study list')
    .action(async ({ studies, json }: Common) => {
      const rows = await listStudies({ studies })
      if (json) return printJson(rows)
      if (rows.length === 0)
        return print(`No studies in ${resolve(studies)}. Make one with: tune study create`)
      const cells = rows.map(({ name, state, finished, trials, best, error }) => [
        name,
        error ? colors.red(error) : state,
        trials === null ? '' : `${finished} of ${trials}`,
        format.loss(best),
      ])
      print(formatTable(['study', 'state', 'trials', 'best val loss'], cells))
    })
}
