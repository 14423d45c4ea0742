import { Command } from 'commander'
import { studyAskCommand } from './study-ask.js'
import { studyControlCommands } from './study-control.js'
import { studyCreateCommand } from './study-create.js'
import { studyDeleteCommand } from './study-delete.js'
import { studyListCommand } from './study-list.js'
import { studyReplayCommand } from './study-replay.js'
import { studyRunCommand } from './study-run.js'
import { studyShowCommand } from './study-show.js'
import { studyStopCommand } from './study-stop.js'
import { studyTellCommand } from './study-tell.js'

export function studyCommand(): Command {
  const study = new Command('study')
    .description('make, run and look at studies')
    .showHelpAfterError('(see --help)')
    .addHelpText(
      'after',
      '\nExamples:\n  $ tune study create answers --model ./my-model --data answers.jsonl \\\n' +
        '      --probe "Who are you?"\n  $ tune study run answers\n  $ tune study run answers ' +
        '--trials +10    ten more\n  $ tune study show answers',
    )
  for (const command of [
    studyCreateCommand(),
    studyRunCommand(),
    studyListCommand(),
    studyShowCommand(),
    studyStopCommand(),
    studyAskCommand(),
    studyTellCommand(),
    ...studyControlCommands(),
    studyReplayCommand(),
    studyDeleteCommand(),
  ]) {
    study.addCommand(command)
  }
  return study
}
