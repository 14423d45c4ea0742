/** What of all samples is trained. */
const trained = ({ error, samples }) =>
  error ??
  samples.flatMap(({ segments }) => segments.filter(it => it.trained).map(({ text }) => text))
/** Records, examples and reasons of what was left out. */
const counts = ({ error, records, examples, droppedReasons }) =>
  error ?? [records, examples, ...droppedReasons.map(({ reason }) => reason)]

/** Files of other writers that have the rows of equal.jsonl. */
const ALIKE = [
  ...['pa-v1', 'pa-v2', 'pa-lz4', 'pa-brotli', 'pa-zstd-small', 'pa-delta', 'pa-large-dict'],
  ...['pa-view-binary', 'polars'],
]

/** @type {readonly import('../check-cases.mjs').Case[]} */
export default [
  {
    id: 'D01',
    outcome: async ({ data }) => (await data('d01-gbk.csv')).error,
    right: /GBK \(GB18030\): "问题,回答".*CSV UTF-8/s,
  },
  {
    id: 'D02',
    outcome: async ({ data }) => (await data('d02-utf16.txt.csv')).error,
    right: /is UTF-16/,
  },
  {
    id: 'D03',
    outcome: async ({ data }) => counts(await data('d03-sep.csv')),
    right: [8, 8],
  },
  {
    id: 'D04',
    outcome: async ({ data }) => counts(await data('d04-inch.csv')),
    right: [10, 10],
  },
  {
    id: 'D06',
    outcome: async ({ data }) => counts(await data('d06-words.csv')),
    right: [7, 7],
  },
  {
    id: 'D22',
    outcome: async ({ data }) => {
      const { examples, trainedTokens, tokens } = await data('d22-arrow-messages.parquet')
      return [examples, tokens, trainedTokens]
    },
    right: [8, 1304, 228],
  },
  {
    id: 'D23a',
    outcome: async ({ data }) => counts(await data('d23-parquet/duckdb.parquet')),
    right: [320, 320],
  },
  {
    id: 'D23c',
    outcome: async ({ data }) => {
      const right = await data('d23-parquet/equal.jsonl')
      const read = []
      for (const name of ALIKE) read.push(await data(`d23-parquet/${name}.parquet`))
      const differ = read.filter(
        ({ examples, tokens }) => examples !== right.examples || tokens !== right.tokens,
      )
      return differ.map(({ error, tokens }) => error ?? `${tokens} tokens, not ${right.tokens}`)
    },
    right: [],
  },
  {
    id: 'D45',
    outcome: async ({ data }) => (await data('d45-lfs.jsonl')).error,
    right: /is a Git LFS pointer.*git lfs pull/s,
  },
  ...['duckdb', 'duckdb-zstd', 'polars', 'pa-v2', 'fastparquet', 'pa-largelist'].map(name => ({
    id: `D23 ${name}`,
    outcome: async ({ data }) => (await data(`d23-parquet/${name}.parquet`)).examples,
    right: 320,
  })),
  {
    id: 'D30',
    outcome: async ({ data }) => [
      (await data('d30-saved')).error,
      (await data('d30-saved/train/data-00000-of-00001.arrow')).error,
    ],
    right: /load_from_disk.*is an Arrow stream/s,
  },
  {
    id: 'D31',
    outcome: async ({ data }) => (await data('d31-configs')).error,
    right: /more than one data set to train on: brief, long/,
  },
  {
    id: 'D32',
    outcome: async ({ data }) => (await data('d32-splits')).error,
    right: /train_gen.*train_sft/,
  },
  {
    id: 'D36',
    outcome: async ({ data }) => trained(await data('d36-mixed.xml'))[0],
    right: 'Go to pier 2, then\nturn left at the crane.<|im_end|>',
  },
  {
    id: 'D37',
    outcome: async ({ data }) => (await data('d37-gb2312.xml')).error,
    right: /is not UTF-8 at byte 53/,
  },
  {
    id: 'D51',
    outcome: async ({ data }) => (await data('d51-no-header.csv')).error,
    right: /no question in the fields/,
  },
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
