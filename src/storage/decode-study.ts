import { checkTask } from '../kinds/index.js'
import { decodeDocument } from '../record/decode.js'
import type { StudyDocument } from '../record/document.js'

/**
 * Checks a study's record, and its task by what its kind expects.
 *
 * @param at where it came from: `studies/llama/study.json`
 * @throws UserError naming file and field
 */
export function decodeStudy(json: unknown, at: string): StudyDocument {
  const document = decodeDocument(json, at)
  checkTask(document, at)
  return document
}
