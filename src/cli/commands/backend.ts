import { Command } from 'commander'
import colors from 'picocolors'
import { jsonOption, printJson } from '../options.js'
import { formatTable } from '../table.js'
import { print, printError } from '../print.js'

export function backendCommand(): Command {
  return new Command('backend')
    .description('get engines that npm does not bring, for every project of yours')
    .addCommand(installCommand())
    .addCommand(listCommand())
    .addCommand(removeCommand())
}

function installCommand(): Command {
  return new Command('install')
    .description(
      "get TensorFlow's library, fit it to @tensorflow/tfjs-node-gpu, and train a step with it",
    )
    .option('--gpu', 'the library for NVIDIA GPUs, with CUDA: some 11 GiB while it is installed')
    .option('--force', 'install anew even where a library works already')
    .addOption(jsonOption())
    .addHelpText(
      'after',
      '\nIt needs python3 with pip, and g++. It goes into your cache folder.\n' +
        'TUNE_TENSORFLOW names another folder that was installed so.\n\nExample:\n  $ tune ' +
        'backend install',
    )
    .action(
      async ({
        gpu = false,
        force = false,
        json,
      }: {
        readonly gpu?: boolean
        readonly force?: boolean
        readonly json?: boolean
      }) => {
        const { installTensorflow } = await import('../../backend/index.js')
        const began = performance.now()
        const onProgress = (message: string) =>
          printError(
            `${colors.dim(`${((performance.now() - began) / 1000).toFixed(0).padStart(4)} s`)} ` +
              ` ${message}`,
          )
        const result = await installTensorflow({ gpu, force, onProgress })
        if (json) return printJson(result)
        const speed =
          `${Math.round(result.tokensPerSecond).toLocaleString('en')} tokens/s on ` +
          `${result.device}`
        print(
          result.fresh
            ? `TensorFlow is installed and trains: ${speed}.`
            : `TensorFlow is there already and trains: ${speed}. --force installs it anew.`,
        )
        print(
          'Use it with: tune study run NAME --engine tensorflow, or "engine: tensorflow" ' +
            'in study.yaml. "tune doctor" compares the engines.',
        )
      },
    )
}

function listCommand(): Command {
  return new Command('list')
    .description('show what is installed, and where')
    .addOption(jsonOption())
    .action(async ({ json }: { readonly json?: boolean }) => {
      const { listBackends } = await import('../../backend/index.js')
      const backends = await listBackends()
      if (json) return printJson(backends)
      if (backends.length === 0)
        return print('None is installed. "tune backend install" gets TensorFlow.')
      print(
        formatTable(
          ['backend', 'version', 'size', 'used', 'folder'],
          backends.map(({ name, version, bytes, used, folder }) => [
            name,
            version,
            `${(bytes / 2 ** 20).toFixed(0)} MiB`,
            used ? 'yes' : 'no',
            folder,
          ]),
        ),
      )
    })
}

function removeCommand(): Command {
  return new Command('remove')
    .description('delete an installed backend from the cache')
    .argument('<name>', 'tensorflow or tensorflow-gpu')
    .addOption(jsonOption())
    .action(async (name: string, { json }: { readonly json?: boolean }) => {
      const { removeBackend } = await import('../../backend/index.js')
      const removed = await removeBackend(name)
      if (json) return printJson({ removed })
      for (const folder of removed) print(`removed ${folder}`)
    })
}
