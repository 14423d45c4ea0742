import { confirm, isCancel } from '@clack/prompts'
import { Command } from 'commander'
import { UserError } from '../../errors.js'
import { deleteStudy, showStudy } from '../../study/index.js'
import { jsonOption, printJson, studiesOption, type Common } from '../options.js'
import { print } from '../print.js'

export function studyDeleteCommand(): Command {
  return new Command('delete')
    .description('delete a study, its trials and its export')
    .argument('<name>')
    .option('--yes', 'do not ask for confirmation')
    .addOption(studiesOption())
    .addOption(jsonOption())
    .addHelpText('after', '\nExample:\n  $ tune study delete answers --yes')
    .action(async (name: string, { studies, json, yes }: Common & { readonly yes?: boolean }) => {
      if (!yes) {
        const { trials } = await showStudy({ name, studies })
        if (!process.stdin.isTTY)
          throw new UserError(
            `study ${name}`,
            `would be deleted with its ${trials.length} trials`,
            'Use --yes to delete it',
          )
        const sure = await confirm({
          message: `Delete ${name}, its ${trials.length} trials and its export?`,
          initialValue: false,
        })
        if (isCancel(sure) || !sure) return print('Nothing was deleted.')
      }
      await deleteStudy({ name, studies })
      if (json) return printJson({ name, deleted: true })
      print(`Deleted ${name}.`)
    })
}
