import { Command } from 'commander'
import { english, format } from '../../report/index.js'
import { exportStudy } from '../../study/index.js'
import { jsonOption, printJson, studiesOption, integer, type Common } from '../options.js'
import { print } from '../print.js'

export function exportCommand(): Command {
  return new Command('export')
    .description("export a trial's best epoch as a Hugging Face folder, and verify it")
    .argument('<name>', 'the study')
    .option('--trial <n>', 'number of the trial (default: the best)', integer(0))
    .option('--out <dir>', 'target folder (default: studies/NAME/export)')
    .addOption(studiesOption())
    .addOption(jsonOption())
    .addHelpText(
      'after',
      '\nExamples:\n  $ tune export answers\n  $ tune export answers --trial 3 --out ./third',
    )
    .action(
      async (
        name: string,
        { studies, json, trial, out }: Common & { readonly trial?: number; readonly out?: string },
      ) => {
        const record = await exportStudy({ name, studies, trial, out })
        if (json) return printJson(record)
        print(`Exported trial ${record.trial}, epoch ${record.epoch}, to ${record.dir}`)
        if (record.recheckedValLoss === null) print(`${format.sentence(english.exported.files)}.`)
        else
          print(
            `${format.sentence(english.exported.verified)}: ` +
              `${format.loss(record.recheckedValLoss)}.`,
          )
      },
    )
}
