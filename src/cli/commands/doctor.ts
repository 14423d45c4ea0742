import { Command } from 'commander'
import colors from 'picocolors'
import { jsonOption, printJson } from '../options.js'
import { formatTable } from '../table.js'
import { print } from '../print.js'

export function doctorCommand(): Command {
  return new Command('doctor')
    .description('measure the engines of this machine, and how to enable those that are not usable')
    .addOption(jsonOption())
    .addHelpText(
      'after',
      '\nEach engine is tried for a second or three in a process of its own.\n\nExample:\n ' +
        ' $ tune doctor',
    )
    .action(async ({ json }: { readonly json?: boolean }) => {
      // Loaded here alone: TensorFlow.js would more than double the start of every other command.
      const { automaticEngines } = await import('../../compile/index.js')
      const { machineReport } = await import('../../backend/index.js')
      const { machine, engines, chosen, fastest, advice } = await machineReport(
        automaticEngines,
        (engine, device) => {
          if (!json && process.stderr.isTTY)
            process.stderr.write(`\r\u001b[Ktrying ${engine} on ${device}…`)
        },
      )
      if (process.stderr.isTTY && !json) process.stderr.write('\r\u001b[K')
      if (chosen === null) process.exitCode = 1
      if (json) return printJson({ machine, engines, chosen, fastest, advice })
      print(
        `node ${machine.node}, ${machine.platform}, ${machine.processor}, ${machine.cores} ` +
          `cores, ${machine.memoryGiB} GiB of ` +
          `memory${machine.gpus.map(gpu => `, ${gpu}`).join('')}`,
      )
      const rows = engines.map(row => [
        row.engine === chosen && row.usable ? colors.bold(row.engine) : row.engine,
        row.device,
        row.usable ? row.version : '',
        row.usable ? figure(row.gflops) : '',
        row.usable ? figure(row.tokensPerSecond) : '',
        row.usable
          ? `usable; batch ${row.batch.rows} × ${row.batch.length}`
          : `${colors.red('not usable')}: ${row.reason.replace(`${row.engine}: `, '')}`,
      ])
      print(
        formatTable(
          ['engine', 'device', 'version', 'GFLOP/s', 'tokens/s', ''],
          rows,
          [20, 9, 10, 10, 11, 62],
        ),
      )
      print(
        'GFLOP/s of a product of matrices; tokens/s of training a decoder of 5 layers of ' +
          'width 64 with AdamW, float32.',
      )
      print(
        chosen
          ? `Trials run on ${colors.bold(chosen)} by default.`
          : colors.red('No engine of this machine can train.'),
      )
      for (const sentence of advice) print(`• ${sentence}`)
    })
}

/** Two digits are as many as a short measurement is good for. */
function figure(value: number): string {
  return Number(value.toPrecision(2)).toLocaleString('en', { maximumFractionDigits: 2 })
}
