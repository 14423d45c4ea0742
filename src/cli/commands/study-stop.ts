import { Command } from 'commander'
import { stopStudy } from '../../study/index.js'
import { jsonOption, printJson, studiesOption, type Common } from '../options.js'
import { print } from '../print.js'

export function studyStopCommand(): Command {
  return new Command('stop')
    .description('stop a running study from another terminal; its trials save their state')
    .argument('<name>')
    .addOption(studiesOption())
    .addOption(jsonOption())
    .addHelpText('after', '\nExample:\n  $ tune study stop answers')
    .action(async (name: string, { studies, json }: Common) => {
      const running = await stopStudy({ name, studies })
      if (json) return printJson({ name, stopping: running })
      print(
        running
          ? `${name} is stopping: each running trial saves its state first.`
          : `${name} is not running, so there is nothing to stop.`,
      )
    })
}
