import { Command, Option } from 'commander'
import { calibrationLine, LANGUAGES, statusLine, type Language } from '../../report/index.js'
import { showStudy } from '../../study/index.js'
import { jsonOption, printJson, studiesOption, type Common } from '../options.js'
import { summary } from '../summary.js'
import { rationaleTable } from '../rationale-table.js'
import { print } from '../print.js'

export function studyShowCommand(): Command {
  return new Command('show')
    .description('show a study: leaderboard, verdicts, answers, export')
    .argument('<name>')
    .addOption(
      new Option('--language <language>', 'language of the summary')
        .choices([...LANGUAGES])
        .default('en'),
    )
    .option('--all', 'all trials instead of the first rows')
    .option(
      '--rationale',
      'for each trial, why it was suggested, and its prediction beside the result',
    )
    .addOption(studiesOption())
    .addOption(jsonOption())
    .addHelpText(
      'after',
      '\nExamples:\n  $ tune study show answers\n  $ tune study show answers --language ' +
        'zh\n  $ tune study show answers --rationale\n  $ tune study show answers --json',
    )
    .action(
      async (
        name: string,
        {
          studies,
          json,
          all,
          rationale,
          language,
        }: Common & {
          readonly all?: boolean
          readonly rationale?: boolean
          readonly language: Language
        },
      ) => {
        const view = await showStudy({ name, studies, language })
        if (json) return printJson(view)
        if (rationale)
          return print(
            [`${view.name}: ${statusLine(view)}`, rationaleTable(view), calibrationLine(view)]
              .filter(Boolean)
              .join('\n\n'),
          )
        print(
          `${view.name}: ` +
            `${statusLine(view)}\n\n${summary(view, all ? view.trials.length : undefined)}`,
        )
      },
    )
}
