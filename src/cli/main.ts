import { watchOutput } from './broken-output.js'
import { run } from './program.js'

watchOutput()
process.exitCode = await run(process.argv)
