import { readFileSync } from 'node:fs'
import { Command, CommanderError } from 'commander'
import { backendCommand } from './commands/backend.js'
import { chatCommand } from './commands/chat.js'
import { dataCommand } from './commands/data.js'
import { doctorCommand } from './commands/doctor.js'
import { exportCommand } from './commands/export.js'
import { quickstartCommand } from './commands/quickstart.js'
import { serveCommand } from './commands/serve.js'
import { studyCommand } from './commands/study.js'
import { complain } from './complain.js'
import { wrapHelp } from './help.js'

/**
 * Runs one command line.
 *
 * @returns the exit code: 0 success, 1 refused or failed, 2 wrong usage, 130 interrupted
 */
export async function run(argv: readonly string[]): Promise<number> {
  const program = tuneProgram()
  throwInsteadOfExit(program)
  try {
    await program.parseAsync([...argv])
    return Number(process.exitCode ?? 0)
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2
    return complain(error)
  }
}

/** `tune` with all of its commands. */
export function tuneProgram(): Command {
  const { version } = JSON.parse(
    readFileSync(new URL('../../package.json', import.meta.url), 'utf8'),
  ) as { version: string }
  const program = new Command('tune')
    .description(
      'Hyperparameter search for people who fine-tune: data in, best model out, and an ' +
        'honest account of why it is the best.',
    )
    .version(version)
    .showHelpAfterError('(see --help)')
    .addHelpText(
      'after',
      '\nFirst time?\n  $ tune quickstart            a complete example in about two ' +
        'minutes\n  $ tune study create          answer a few questions, then: tune study run ' +
        'NAME',
    )
  for (const command of [
    quickstartCommand(),
    studyCommand(),
    dataCommand(),
    serveCommand(),
    exportCommand(),
    chatCommand(),
    doctorCommand(),
    backendCommand(),
  ])
    program.addCommand(command)
  wrapHelp(program)
  return program
}

function throwInsteadOfExit(command: Command): void {
  command.exitOverride()
  command.commands.forEach(throwInsteadOfExit)
}
