import { existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { readStudy } from '../../src/storage/index.js'
import { openStudy } from '../../src/index.js'
import { createStudyFiles } from '../../src/study/index.js'
import { firstLine, otherProcess } from '../storage/processes.js'

it('a study that another process runs exports a trial, and goes on', async () => {
  const root = mkdtempSync(join(tmpdir(), 'tune-export-running-'))
  const [studies, gate] = [join(root, 'studies'), join(root, 'gate')]
  writeFileSync(
    join(root, 'train.mjs'),
    `import { existsSync, writeFileSync } from 'node:fs'
     import { join } from 'node:path'
     export async function train(trial) {
       if (trial.number === 1)
         while (!existsSync(${JSON.stringify(gate)})) await new Promise(r => setTimeout(r, 20))
       writeFileSync(join(trial.checkpoint, 'weights.txt'), 'of trial ' + trial.number)
       await trial.report({ epoch: 1, valLoss: 1 + trial.number })
     }`,
  )
  await createStudyFiles({
    name: 's',
    studies,
    module: join(root, 'train.mjs'),
    parameters: { x: '0..1', epochs: 1 },
    sampler: 'random',
    trials: 2,
    slots: 1,
  })
  const manager = otherProcess(
    `const study = await import(new URL('../study/index.js', storageUrl))
     console.log('running')
     console.log((await study.runStudy({ name: 's', studies: args[0] })).state)`,
    studies,
  )
  await firstLine(manager)
  const study = await openStudy('s', { studies })
  for (;;) {
    await study.refresh()
    if (study.trials[0]?.state === 'complete' && study.trials[1]?.state === 'running') break
    await new Promise(resolve => setTimeout(resolve, 50))
  }
  const out = join(root, 'out')
  expect(await study.export({ trial: 0, out })).toMatchObject({
    trial: 0,
    dir: out,
    verified: true,
  })
  expect(readFileSync(join(out, 'weights.txt'), 'utf8')).toBe('of trial 0')
  expect((await readStudy(join(studies, 's'))).live).toBe(true)
  expect(study.trials[1]!.state).toBe('running')
  await expect(study.export({ trial: 1 })).rejects.toThrow('trial 1')
  const ended = new Promise(resolve => manager.on('exit', resolve))
  writeFileSync(gate, '')
  expect(await ended).toBe(0)
  expect((await study.refresh()).document).toMatchObject({
    state: 'complete',
    export: { trial: 0 },
  })
  expect(existsSync(join(studies, 's/export/weights.txt'))).toBe(true)
})
