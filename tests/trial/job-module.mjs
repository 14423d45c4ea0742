// Stands in for fine-tuning: what a job does is said by the first prompt, or by the parameter
// `does`.
import { appendFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { UserError } from '../../dist/errors.js'

const metrics = (epoch, valLoss) => ({
  epoch,
  loss: 1 / epoch,
  valLoss,
  learningRate: 0.1,
  tokens: 10,
  seconds: 0.01,
})

export async function runJob(job, port, { threads }) {
  const [does, ...args] = job.kind === 'answer' ? job.prompts : [job.params.does]
  switch (does) {
    case 'pid':
      return {
        answers: [String(process.pid), String(threads), process.env.CUDA_VISIBLE_DEVICES ?? ''],
      }
    case 'write':
      appendFileSync(args[0], `${args[1]}\n`)
      await sleep(50)
      return { answers: [args[1]] }
    case 'meet': {
      // Ends only when another job is in here at the same time.
      appendFileSync(args[0], 'x')
      const { size } = await import('node:fs').then(fs => ({
        size: () => fs.statSync(args[0]).size,
      }))
      while (size() < Number(args[1])) await sleep(5)
      return { answers: ['met'] }
    }
    case 'until-stopped':
      // The pool hears of the first look before anybody sees the file.
      port.stopRequested()
      await sleep(100)
      if (args[0]) appendFileSync(args[0], 'begun\n')
      // Without ever giving way to the thread's event loop.
      while (!port.stopRequested());
      return { answers: ['stopped'] }
    case 'load':
      // Loads for a long time before it trains, and reads no stop flag meanwhile.
      await sleep(60_000)
      return { kind: 'complete', history: [] }
    case 'spin':
      appendFileSync(args[0], 'begun\n')
      for (;;);
    case 'epochs': {
      const history = []
      for (let epoch = 1; epoch <= job.params.epochs; epoch++) {
        for (let step = 1; step <= 1000; step++)
          port.progress({ epoch, epochs: job.params.epochs, step, steps: 1000, loss: 1 / epoch })
        history.push(metrics(epoch, epoch <= 3 ? 1 / epoch : epoch))
        const judgement = port.judge(history)
        port.epoch(history.at(-1), judgement)
        if (judgement.stop)
          return { kind: 'complete', history, verdict: judgement, stop: 'verdict' }
      }
      return { kind: 'complete', history, verdict: port.judge(history), stop: 'budget' }
    }
    case 'user-error':
      throw new UserError('data.jsonl line 812', 'is not JSON', 'Mend that line')
    case 'bug':
      return /** @type {any} */ (null).length
    case 'throw-text':
      // eslint-disable-next-line @typescript-eslint/only-throw-error -- what the test is about
      throw 'just text'
    case 'reject-unseen':
      void Promise.reject(new Error('nobody awaited me'))
      await sleep(1000)
      return { answers: [] }
    case 'unsendable':
      return { answers: [() => 1] }
    case 'exit-thread':
      return process.exit(3)
    case 'abort':
      process.stderr.write('Check failed: the sky fell down\n')
      await sleep(20)
      return process.kill(process.pid, 'SIGABRT')
    case 'kill':
      process.kill(process.pid, args[0])
      return sleep(10_000)
    case 'oom':
      process.stderr.write(
        'FATAL ERROR: Reached heap limit Allocation failed - JavaScript heap out of memory\n',
      )
      await sleep(20)
      return process.kill(process.pid, 'SIGKILL')
    case 'print':
      process.stdout.write('hello from a job\n')
      return { answers: [] }
    default:
      throw new Error(`no such test job: ${does}`)
  }
}
