import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { HostDied, isOutOfMemory, errorOutput } from '../../src/trial/index.js'
import { alive, appears, until } from '../trial/fixtures.js'
import { attemptOf, commandOf, ownPool, start, temporaryDir } from './fixtures.js'

/** Three epochs, the second the best, each saved in a folder of its own. */
const TRAINING = `
  const epochs = Number(process.env.TUNE_EPOCHS)
  for (let epoch = 1; epoch <= epochs; epoch++) {
    fs.mkdirSync(join(process.env.TUNE_CHECKPOINT_DIR, 'at-' + epoch))
    fs.writeFileSync(join(process.env.TUNE_CHECKPOINT_DIR, 'at-' + epoch, 'weights'), 'w' + epoch)
    say({ epoch, val_loss: [3, 1, 2][epoch - 1], train_loss: 5, f1: 0.5, checkpoint: 'at-' + epoch })
  }`

describe('a command', () => {
  it('reports epochs as lines of JSON, and what it names as checkpoint is kept for the best one', async () => {
    const dir = temporaryDir()
    const job = attemptOf(dir, commandOf(dir, TRAINING), { epochs: 3 })
    const { running, epochs } = start(await ownPool(), job)
    expect(await running.result).toMatchObject({ kind: 'complete', stop: 'budget' })
    expect(epochs.map(({ valLoss, loss, extra }) => [valLoss, loss, extra])).toEqual(
      [3, 1, 2].map(valLoss => [valLoss, 5, { f1: 0.5 }]),
    )
    expect(readFileSync(join(job.checkpointDir, 'best/files/weights'), 'utf8')).toBe('w2')
  })

  it('that counts by its last epoch has that one kept', async () => {
    const dir = temporaryDir()
    const job = {
      ...attemptOf(dir, commandOf(dir, TRAINING), { epochs: 3 }),
      scoreEpoch: 'last' as const,
    }
    await start(await ownPool(), job).running.result
    expect(readFileSync(join(job.checkpointDir, 'best/files/weights'), 'utf8')).toBe('w3')
  })

  it('is given its parameters in its arguments, in a file and in the environment, and no shell reads them', async () => {
    const dir = temporaryDir()
    const task = commandOf(
      dir,
      `
      const file = JSON.parse(fs.readFileSync(process.env.TUNE_PARAMS, 'utf8'))
      fs.writeFileSync('seen.json', JSON.stringify({ args: process.argv.slice(2), file, one: process.env.TUNE_PARAM_lr, gpu: process.env.CUDA_VISIBLE_DEVICES }))
      say({ epoch: 1, valLoss: 1 })`,
      '--lr={lr}',
      '{name}',
      '{other}',
      '{seed}',
    )
    await start(
      await ownPool(),
      attemptOf(dir, task, { lr: 0.5, name: '$(touch x); {lr}', epochs: 1 }),
    ).running.result
    expect(JSON.parse(readFileSync(join(dir, 'seen.json'), 'utf8'))).toEqual({
      args: ['--lr=0.5', '$(touch x); {lr}', '{other}', '7'],
      file: { lr: 0.5, name: '$(touch x); {lr}', epochs: 1 },
      one: '0.5',
      gpu: '-1',
    })
  })

  it('that names a checkpoint which is not there is told once, and goes on', async () => {
    const dir = temporaryDir()
    const task = commandOf(
      dir,
      "for (const epoch of [1, 2]) say({ epoch, valLoss: 1, checkpoint: 'nowhere' })",
    )
    const { running, epochs, notes } = start(await ownPool(), attemptOf(dir, task, { epochs: 2 }))
    expect(await running.result).toMatchObject({ kind: 'complete' })
    expect(epochs).toHaveLength(2)
    expect(notes).toEqual([expect.stringMatching(/^nothing is saved of epoch 1: .*nowhere/)])
  })

  it('that overfits is ended, with what it started, though it ignores SIGTERM', async () => {
    const dir = temporaryDir()
    const task = commandOf(
      dir,
      `
      import { spawn } from 'node:child_process'
      process.on('SIGTERM', () => {})
      fs.writeFileSync('pids', process.pid + ' ' + spawn('sleep', ['1000']).pid)
      for (let epoch = 1; ; epoch++) {
        say({ epoch, loss: 2 / epoch, valLoss: epoch <= 5 ? 2 / epoch : 0.4 + 0.3 * (epoch - 5) })
        await sleep(20)
      }`,
    )
    const { running } = start(await ownPool(), attemptOf(dir, task, { epochs: 500 }))
    expect(await running.result).toMatchObject({
      kind: 'complete',
      stop: 'verdict',
      verdict: { kind: 'overfit', bestEpoch: 5 },
    })
    const pids = readFileSync(join(dir, 'pids'), 'utf8').split(' ').map(Number)
    await until(() => !pids.some(atWork))
  })

  it('goes on from its checkpoint after its host was killed, which no part of it survives', async () => {
    const dir = temporaryDir()
    const task = commandOf(
      dir,
      `
      import { spawn } from 'node:child_process'
      const from = process.env.TUNE_RESUME_DIR ? Number(fs.readFileSync(join(process.env.TUNE_RESUME_DIR, 'epoch'), 'utf8')) : 0
      fs.writeFileSync('pids-' + process.env.TUNE_ATTEMPT, process.pid + ' ' + spawn('sleep', ['1000']).pid + ' ' + process.ppid)
      for (let epoch = from + 1; epoch <= 5; epoch++) {
        fs.writeFileSync(join(process.env.TUNE_CHECKPOINT_DIR, 'epoch'), String(epoch))
        say({ epoch, valLoss: 1 / epoch })
        await sleep(process.env.TUNE_ATTEMPT === '1' && epoch === 2 ? 1e6 : 50)
      }
      process.exit(0)`,
    )
    const pool = await ownPool()
    const first = start(pool, attemptOf(dir, task, { epochs: 5 }), ({ epoch }) => {
      if (epoch === 2)
        process.kill(Number(readFileSync(join(dir, 'pids-1'), 'utf8').split(' ')[2]), 'SIGKILL')
    })
    await expect(first.running.result).rejects.toBeInstanceOf(HostDied)
    const pids = readFileSync(join(dir, 'pids-1'), 'utf8').split(' ').slice(0, 2).map(Number)
    await until(() => !pids.some(atWork))
    const second = start(pool, attemptOf(dir, task, { epochs: 5 }, 2))
    expect(await second.running.result).toMatchObject({ kind: 'complete' })
    expect(second.epochs.map(({ epoch }) => epoch)).toEqual([3, 4, 5])
  })

  it('does not survive its host, though its guard was killed first', async () => {
    const dir = temporaryDir()
    const text = `
      import { execSync } from 'node:child_process'
      const guards = execSync('pgrep -P ' + process.ppid).toString().trim().split('\\n').map(Number)
      for (const pid of guards) if (pid !== process.pid) process.kill(pid, 'SIGKILL')
      fs.writeFileSync('pids', String(process.pid))
      say({ epoch: 1, valLoss: 1 })
      await sleep(300)
      process.kill(process.ppid, 'SIGKILL')
      await sleep(1e6)`
    const { running } = start(await ownPool(), attemptOf(dir, commandOf(dir, text), { epochs: 5 }))
    await expect(running.result).rejects.toBeInstanceOf(HostDied)
    const pid = Number(readFileSync(join(dir, 'pids'), 'utf8'))
    await until(() => !atWork(pid))
  })

  it('is ended where it is to pause, and started again from what it had saved there', async () => {
    const dir = temporaryDir()
    const task = commandOf(
      dir,
      `
      const from = process.env.TUNE_RESUME_DIR ? Number(fs.readFileSync(join(process.env.TUNE_RESUME_DIR, 'epoch'), 'utf8')) : 0
      for (let epoch = from + 1; epoch <= Number(process.env.TUNE_EPOCHS); epoch++) {
        fs.writeFileSync(join(process.env.TUNE_CHECKPOINT_DIR, 'epoch'), String(epoch))
        say({ epoch, valLoss: 1 / epoch })
        await sleep(200)
      }`,
    )
    const job = attemptOf(dir, task, { epochs: 5 })
    const pool = await ownPool()
    expect(await start(pool, { ...job, pauseAfter: 2 }).running.result).toMatchObject({
      kind: 'paused',
      history: [{ epoch: 1 }, { epoch: 2 }],
    })
    const second = start(pool, { ...job, resumeFrom: [job.checkpointDir] })
    expect(await second.running.result).toMatchObject({ kind: 'complete' })
    expect(second.epochs.map(({ epoch }) => epoch)).toEqual([3, 4, 5])
  })

  it('stops on request', async () => {
    const dir = temporaryDir()
    const task = commandOf(
      dir,
      `process.on('SIGTERM', () => { fs.writeFileSync('told', ''); process.exit(0) }); say({ epoch: 1, valLoss: 1 }); await sleep(1e6)`,
    )
    const { running } = start(await ownPool(), attemptOf(dir, task, { epochs: 5 }), () =>
      running.stop(),
    )
    expect(await running.result).toMatchObject({ kind: 'stopped', history: [{ epoch: 1 }] })
    await appears(join(dir, 'told'))
  })

  it('that fails says so with its last words, and keeps what it printed', async () => {
    const dir = temporaryDir()
    const task = commandOf(
      dir,
      `console.error('Traceback'); console.error('ImportError: no module named torch'); process.exit(1)`,
    )
    const error = await start(
      await ownPool(),
      attemptOf(dir, task, { epochs: 5 }),
    ).running.result.catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({
      message: 'the command ended with exit code 1: ImportError: no module named torch',
    })
    expect(errorOutput(error).output).toBe('Traceback\nImportError: no module named torch\n')
    expect(isOutOfMemory(error)).toBe(false)
    expect(readFileSync(join(dir, 'trials/0/output.log'), 'utf8')).toContain('Traceback')
  })

  it('that runs out of memory is told from one that fails', async () => {
    const dir = temporaryDir()
    const task = commandOf(
      dir,
      `say({ epoch: 1, valLoss: 1 }); console.error('torch.OutOfMemoryError: CUDA out of memory. Tried to allocate 2.00 GiB'); console.error('[rank0] bye'); process.exitCode = 1`,
    )
    const error = await start(
      await ownPool(),
      attemptOf(dir, task, { epochs: 5 }),
    ).running.result.catch((thrown: unknown) => thrown)
    expect(isOutOfMemory(error)).toBe(true)
  })

  it.each([
    [
      'that leaves an epoch out',
      'say({ epoch: 3, valLoss: 1 }); await sleep(1e6)',
      'reported epoch 3 where 1 was expected',
    ],
  ])('%s is told what to do', async (_, text, message) => {
    const dir = temporaryDir()
    const { running } = start(await ownPool(), attemptOf(dir, commandOf(dir, text), { epochs: 5 }))
    await expect(running.result).rejects.toMatchObject({
      name: 'UserError',
      problem: expect.stringContaining(message) as string,
    })
  })

  it.each([
    ['nothing', '', 'It printed nothing.'],
    [
      'text',
      "console.log('hello'); console.error('\\x1b[31mbye\\x1b[0m')",
      /Its last lines: .*bye/,
    ],
    [
      'a line in prose',
      "console.log('Epoch 1: val_loss 0.5')",
      'Nearest to one: "Epoch 1: val_loss 0.5" (it is no JSON).',
    ],
    [
      'a loss that is none',
      'say({ epoch: 1, val_loss: null })',
      '(its val_loss is null, not a number)',
    ],
    ['training losses alone', 'say({ epoch: 1, loss: 2 })', '(it has no validation loss)'],
    ['no epoch', 'say({ eval_loss: 2 })', '(it has no epoch)'],
  ])('that ends well and printed %s is told what to print', async (_, text, message) => {
    const dir = temporaryDir()
    const { running } = start(await ownPool(), attemptOf(dir, commandOf(dir, text), { epochs: 5 }))
    const error = (await running.result.catch((thrown: unknown) => thrown)) as Error
    expect(error.message).toMatch(/^the command ended without a validation loss\. /)
    expect(error.message).toMatch(message)
    expect(error.message).toContain('Print {"epoch": 1, "valLoss": 0.5} after each epoch')
  })

  it('prints its metrics to either stream', async () => {
    const dir = temporaryDir()
    const text = 'for (const epoch of [1, 2]) console.error(JSON.stringify({ epoch, valLoss: 1 }))'
    const { running } = start(await ownPool(), attemptOf(dir, commandOf(dir, text), { epochs: 2 }))
    expect(await running.result).toMatchObject({ kind: 'complete', history: [{}, {}] })
  })

  it.each(['ends', 'runs on until it is stopped'])(
    'that %s leaves nothing running, though it started a daemon that holds its output',
    async how => {
      const dir = temporaryDir()
      const text = `
        import { spawn } from 'node:child_process'
        const daemon = spawn('sleep', ['1000'], { detached: true, stdio: 'inherit' })
        fs.writeFileSync('pids', process.pid + ' ' + daemon.pid)
        say({ epoch: 1, valLoss: 1 })
        ${how === 'ends' ? 'process.exit(0)' : 'await sleep(1e6)'}`
      const task = commandOf(dir, text)
      const epochs = how === 'ends' ? 1 : 5
      const { running } = start(await ownPool(), attemptOf(dir, task, { epochs }), () => {
        if (how !== 'ends') running.stop()
      })
      const began = performance.now()
      await running.result
      expect(performance.now() - began).toBeLessThan(10_000)
      const pids = readFileSync(join(dir, 'pids'), 'utf8').split(' ').map(Number)
      await until(() => !pids.some(atWork))
    },
  )

  it('may take its time after its last epoch, and repeat it', async () => {
    const dir = temporaryDir()
    const text = `
      for (const epoch of [1, 2]) say({ epoch, valLoss: 1 / epoch })
      say({ epoch: 2, eval_loss: 7 })
      await sleep(500)
      fs.writeFileSync('saved', '')`
    const { running } = start(await ownPool(), attemptOf(dir, commandOf(dir, text), { epochs: 2 }))
    expect(await running.result).toMatchObject({ history: [{}, { valLoss: 0.5 }] })
    expect(existsSync(join(dir, 'saved'))).toBe(true)
  })

  it('that runs an epoch more than it may is ended', async () => {
    const dir = temporaryDir()
    const text =
      'for (const epoch of [1, 2, 3]) say({ epoch, valLoss: 1 / epoch }); await sleep(1e6)'
    const { running } = start(await ownPool(), attemptOf(dir, commandOf(dir, text), { epochs: 2 }))
    expect(await running.result).toMatchObject({ kind: 'complete', history: [{}, {}] })
  })

  it('that is not there is said to be missing', async () => {
    const dir = temporaryDir()
    const { running } = start(
      await ownPool(),
      attemptOf(
        dir,
        { kind: 'command', command: ['no-such-program'], directory: dir, schedule: null },
        { epochs: 5 },
      ),
    )
    await expect(running.result).rejects.toMatchObject({
      name: 'UserError',
      subject: 'command no-such-program',
    })
  })
})

/** A process that has ended but that nobody waited for is not running. */
function atWork(pid: number): boolean {
  if (!alive(pid)) return false
  const stat = `/proc/${pid}/stat`
  return !existsSync(stat) || !/\) [ZX] /.test(readFileSync(stat, 'utf8'))
}
