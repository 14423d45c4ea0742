import { resolve } from 'node:path'
import { Command } from 'commander'
import { studyView } from '../../report/index.js'
import { readStudy } from '../../storage/index.js'
import { studyDir } from '../../storage/paths.js'
import { jsonOption, printJson, studiesOption, type Common } from '../options.js'
import { summary } from '../summary.js'

export function studyShowCommand(): Command {
  return new Command('show')
    .description('show a study: leaderboard, verdicts, answers, export')
    .argument('<name>')
    .option('--all', 'every trial, not only the first rows')
    .addOption(studiesOption())
    .addOption(jsonOption())
    .addHelpText('after', '\nExamples:\n  $ tune study show answers\n  $ tune study show answers --json')
    .action(async (name: string, { studies, json, all }: Common & { readonly all?: boolean }) => {
      const view = studyView(await readStudy(studyDir(resolve(studies), name)))
      if (json) return printJson(view)
      console.log(`${view.name}: ${view.state}, ${view.reason}\n\n${summary(view, all ? view.trials.length : undefined)}`)
    })
}
