import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { expect, it } from 'vitest'

it('docs/reference.md has the settings as the table has them', () => {
  const root = join(import.meta.dirname, '../..')
  const { status, stderr } = spawnSync(
    process.execPath,
    [join(root, 'scripts/reference.mjs'), '--check'],
    { encoding: 'utf8' },
  )
  expect(status, stderr).toBe(0)
})
