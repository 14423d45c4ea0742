import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { openModel } from '../../src/model-folder/open-model.js'
import { createStudy } from '../../src/study/index.js'
import { openDefinition } from '../../src/study/create.js'
import { temporaryFolder, writeTinyModel } from '../model-folder/fixtures.js'
import { COMMIT, hubServer } from './server.js'

const root = temporaryFolder()
let hub: Awaited<ReturnType<typeof hubServer>>

beforeAll(async () => {
  const model = await writeTinyModel(join(root, 'model'))
  const files = Object.fromEntries(
    readdirSync(model).map(name => [name, readFileSync(join(model, name))]),
  )
  hub = await hubServer({
    ...files,
    'data/train.jsonl': Array.from({ length: 8 }, (_, i) =>
      JSON.stringify({ prompt: `What is ${i}?`, answer: `It is ${i}.` }),
    ).join('\n'),
  })
  vi.stubEnv('HF_HOME', join(root, 'home'))
  vi.stubEnv('HF_HUB_CACHE', undefined)
  vi.stubEnv('HF_ENDPOINT', hub.url)
})
afterAll(async () => {
  vi.unstubAllEnvs()
  await hub.close()
})

it('a study may be of a model and a data set that a hub names; their commits are written down', async () => {
  const studies = join(root, 'studies')
  const fetched = new Set<string>()
  const { file, data } = await createStudy({
    name: 'ada',
    studies,
    model: 'hf:ada/small',
    data: 'hf:datasets/ada/small',
    onFetch: ({ reference }) => fetched.add(reference),
  })
  expect(data!.examples).toBe(8)
  expect([...fetched]).toEqual(['hf:ada/small', 'hf:datasets/ada/small'])
  expect(readFileSync(file, 'utf8')).toMatch(
    new RegExp(
      `^# yaml-language-server: .*\\n\\nmodel: hf:ada/small@${COMMIT} .*\\ndata: hf:datasets/ada/small@${COMMIT} `,
    ),
  )

  vi.stubEnv('HF_HUB_OFFLINE', '1')
  const { spec } = openDefinition(studies, 'ada')
  expect(spec.task).toMatchObject({
    model: `hf:ada/small@${COMMIT}`,
    data: `hf:datasets/ada/small@${COMMIT}`,
  })
  expect((await openModel(`hf:ada/small@${COMMIT}`)).architecture).toBe('LlamaForCausalLM')
})
