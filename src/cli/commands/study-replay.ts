import { Command } from 'commander'
import colors from 'picocolors'
import { format } from '../../report/index.js'
import { replayStudy, type Replayed } from '../../study/index.js'
import { jsonOption, printJson, studiesOption, type Common } from '../options.js'
import { print } from '../print.js'

export function studyReplayCommand(): Command {
  return new Command('replay')
    .description('recompute every suggestion of a study from its record, and report differences')
    .argument('<name>')
    .addOption(studiesOption())
    .addOption(jsonOption())
    .addHelpText(
      'after',
      '\nIt trains nothing. The exit code is 1 if a suggestion ' +
        'differs.\n\nExample:\n  $ tune study replay answers',
    )
    .action(async (name: string, { studies, json }: Common) => {
      const replay = await replayStudy({ name, studies })
      if (replay.different > 0) process.exitCode = 1
      if (json) return printJson(replay)
      for (const decision of replay.decisions) if (!decision.same) print(difference(decision))
      const all = format.plural(replay.decisions.length, 'suggestion')
      if (replay.different === 0) print(colors.green(`All ${all} of ${name} equal the record.`))
      else
        print(
          colors.red(
            `${format.count(replay.different)} of ${all} of ${name} ` +
              `${replay.different === 1 ? 'differs' : 'differ'} from the record.`,
          ),
        )
    })
}

function difference({ trial, step, recorded, now }: Replayed): string {
  return (
    `trial ${trial}${step === null ? '' : ` at step ${step}`}\n  recorded  ${recorded}\n  ` +
    `now       ${now}`
  )
}
