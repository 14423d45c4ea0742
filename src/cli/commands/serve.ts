import { Command } from 'commander'
import colors from 'picocolors'
import { interruption } from '../interrupt.js'
import { studiesOption, integer, type Common } from '../options.js'
import { DEFAULT_PORT, servePages } from '../pages.js'
import { print } from '../print.js'

export function serveCommand(): Command {
  return new Command('serve')
    .description('serve the leaderboard page, to whoever has the link that it prints')
    .option('--port <n>', `port; 0 selects a free one (default: ${DEFAULT_PORT})`, integer(0))
    .option('--host <address>', 'address to listen on; beyond this machine it needs TUNE_TOKEN')
    .addOption(studiesOption())
    .addHelpText(
      'after',
      '\nThe link has a random token, or that of TUNE_TOKEN. A program sends it in the\nheader ' +
        'Authorization: Bearer TOKEN.\n\nExample:\n  $ tune serve --port 8080',
    )
    .action(async ({ studies, port = DEFAULT_PORT, host }: ServeOptions) => {
      const page = await servePages(studies, port, host)
      print(`Leaderboard: ${colors.bold(page.link(''))}   (Ctrl-C ends it)`)
      await interruption()
      await page.close()
    })
}

interface ServeOptions extends Common {
  readonly port?: number
  readonly host?: string
}
