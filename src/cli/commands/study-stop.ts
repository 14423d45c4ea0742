import { Command } from 'commander'
import { stopStudy } from '../../study/index.js'
import { jsonOption, printJson, studiesOption, type Common } from '../options.js'

export function studyStopCommand(): Command {
  return new Command('stop')
    .description('ask a running study to stop in good order, from another terminal')
    .argument('<name>')
    .addOption(studiesOption())
    .addOption(jsonOption())
    .addHelpText('after', '\nExample:\n  $ tune study stop answers')
    .action(async (name: string, { studies, json }: Common) => {
      const asked = await stopStudy({ name, studies })
      if (json) return printJson({ name, asked })
      console.log(
        asked
          ? `Asked ${name} to stop: its running epochs end first.`
          : `${name} is not running, so there is nothing to stop.`,
      )
    })
}
