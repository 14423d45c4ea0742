/** What of all samples is trained. */
const trained = ({ error, samples }) =>
  error ??
  samples.flatMap(({ segments }) => segments.filter(it => it.trained).map(({ text }) => text))
/** Records, examples and reasons of what was left out. */
const counts = ({ error, records, examples, droppedReasons }) =>
  error ?? [records, examples, ...droppedReasons.map(({ reason }) => reason)]

/** @type {readonly import('../check-cases.mjs').Case[]} */
export default [
  {
    id: 'D07',
    outcome: async ({ data }) => counts(await data('d07-columns.json')),
    right: [8, 8],
  },
  {
    id: 'D08',
    outcome: async ({ data }) => counts(await data('d08-batches.jsonl')),
    right: [8, 8],
  },
  {
    id: 'D28',
    outcome: async ({ data }) => counts(await data('d28-nan.jsonl')),
    right: [8, 8],
  },
  {
    id: 'D29',
    outcome: async ({ data }) => (await data('d29-pretty.json')).error,
    right: /line 5/,
  },
  {
    id: 'D33',
    outcome: async ({ data }) =>
      (await data('d33-keyed.json')).setAside.map(it => it.split(': ')[1]),
    right: ['test (2 records)'],
  },
  {
    id: 'D39',
    outcome: async ({ data }) => trained(await data('d39-numbers.jsonl')),
    right: ['110101199003074518', '12.0', '20240615000123456789'].map(it => `${it}<|im_end|>`),
  },
  {
    id: 'D46',
    outcome: async ({ data }) => counts(await data('d46-two-marks.jsonl')),
    right: [8, 8],
  },
  {
    id: 'D48',
    outcome: async ({ data }) => (await data('d48-surrogate.jsonl')).error,
    right: /half of a character/,
  },
  {
    id: 'D57',
    outcome: async ({ data }) => counts(await data('d57-one-each')),
    right: [8, 8],
  },
]
