import { cpus, totalmem } from 'node:os'
import { Command } from 'commander'
import colors from 'picocolors'
import { jsonOption, printJson } from '../options.js'
import { tableOf } from '../table.js'

export function doctorCommand(): Command {
  return new Command('doctor')
    .description('show what this machine can train with, and why')
    .addOption(jsonOption())
    .addHelpText('after', '\nExample:\n  $ tune doctor')
    .action(async ({ json }: { readonly json?: boolean }) => {
      // Loaded here alone: TensorFlow.js would more than double the start of every other command.
      const { availableEngines } = await import('../../compile/index.js')
      const engines = await availableEngines()
      const chosen = engines.find(({ usable }) => usable)?.name ?? null
      const machine = { node: process.version, platform: `${process.platform} ${process.arch}`, cores: cpus().length, memoryGiB: Math.round(totalmem() / 2 ** 30) }
      if (json) return printJson({ machine, engines, chosen })
      console.log(`node ${machine.node}, ${machine.platform}, ${machine.cores} cores, ${machine.memoryGiB} GiB of memory`)
      const rows = engines.map(({ name, device, version, usable, reason }) => [
        name === chosen ? colors.bold(name) : name,
        device,
        version ?? '',
        usable ? colors.green('yes') : colors.red('no'),
        reason ?? '',
      ])
      console.log(tableOf(['engine', 'device', 'version', 'usable', 'why'], rows, [18, 10, 12, 8, 62]))
      console.log(chosen ? `Trials run on ${colors.bold(chosen)}.` : colors.red('Nothing here can train.'))
      if (!chosen) process.exitCode = 1
    })
}
