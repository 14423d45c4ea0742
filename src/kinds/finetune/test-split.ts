import { UserError } from '../../errors.js'
import type { TestSpec } from '../../record/study.js'
import type { Locate } from '../../settings/locate.js'
import { dataFrom, sourcesAsWritten } from '../paths.js'

/** A test split as people write it: a share, `auto`, or what data of its own are named by. */
export type WrittenTest = number | string | readonly string[]

/** @throws UserError where nothing would be left to train on */
export function testFrom(
  written: WrittenTest,
  validation: number,
  base: string,
  locate: Locate,
): TestSpec {
  if (typeof written !== 'number')
    return written === 'auto' ? written : { data: dataFrom(base, written) }
  if (written + validation < 1) return written
  throw new UserError(
    locate(['test']),
    `${written} and a validation share of ${validation} leave nothing to train on`,
    'Hold back less of the examples',
  )
}

/** The way back. */
export function testAsWritten(test: TestSpec, base: string): WrittenTest {
  return typeof test === 'object' ? sourcesAsWritten(test.data, base) : test
}
