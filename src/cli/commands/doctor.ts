import { cpus, totalmem } from 'node:os'
import Table from 'cli-table3'
import { Command } from 'commander'
import colors from 'picocolors'
import { availableEngines } from '../../compile/index.js'
import { jsonOption, printJson } from '../options.js'

export function doctorCommand(): Command {
  return new Command('doctor')
    .description('show what this machine can train with, and why')
    .addOption(jsonOption())
    .addHelpText('after', '\nExample:\n  $ tune doctor')
    .action(async ({ json }: { readonly json?: boolean }) => {
      const engines = await availableEngines()
      const chosen = engines.find(({ usable }) => usable)?.name ?? null
      const machine = { node: process.version, platform: `${process.platform} ${process.arch}`, cores: cpus().length, memoryGiB: Math.round(totalmem() / 2 ** 30) }
      if (json) return printJson({ machine, engines, chosen })
      console.log(`node ${machine.node}, ${machine.platform}, ${machine.cores} cores, ${machine.memoryGiB} GiB of memory`)
      const table = new Table({ head: ['engine', 'device', 'version', 'usable', 'why'], colWidths: [18, 10, 12, 8, 62], wordWrap: true, style: { head: ['cyan'], border: ['dim'], compact: true } })
      for (const { name, device, version, usable, reason } of engines) table.push([name === chosen ? colors.bold(name) : name, device, version ?? '', usable ? colors.green('yes') : colors.red('no'), reason])
      console.log(table.toString())
      console.log(chosen ? `Trials run on ${colors.bold(chosen)}.` : colors.red('Nothing here can train.'))
      if (!chosen) process.exitCode = 1
    })
}
