/** What of a data set is not used, changed or cut, beside the records that are left out. */
export interface DataRemarks {
  /** Columns with values that nothing reads, the commonest first. */
  readonly unused: readonly string[]
  /**
   * What was changed, cut or not read of records that are used, and how many are concerned, the
   * commonest first: fields that the chat template does not read, end tokens taken off answers,
   * turns that are not trained on, and the like.
   */
  readonly notes: readonly ReasonCount[]
  /** Facts about the model that concern all records, such as markers that are not one token. */
  readonly modelNotes: readonly string[]
  /** Questions that records answer differently, and where the first such answer is. */
  readonly ambiguous: { readonly count: number; readonly first: Place | null }
}

/** What a data set was found to hold, and what became of it. */
export interface DataReport extends DataRemarks {
  /** File format and shape of the records: `JSONL, prompt and answer (question, answer)`. */
  readonly format: string
  readonly files: readonly DataFile[]
  /** Files of a folder that were not read, since they hold other splits. */
  readonly setAside: readonly string[]
  /** Which column was used as what; of several shapes that of the commonest. */
  readonly columns: Readonly<Record<string, string>>
  readonly records: number
  readonly examples: number
  /** Messages of all conversations; a text counts as one. */
  readonly turns: number
  readonly tokens: number
  /** Tokens that count in the loss: those of answers and their ends. */
  readonly trainedTokens: number
  /** Tokens an example may have. */
  readonly maxLength: number
  /** Examples cut to it. */
  readonly truncated: number
  readonly lengths: LengthSummary
  /** Conversations that occur more than once, each occurrence but the first. */
  readonly duplicates: number
  readonly split: {
    readonly train: number
    readonly validation: number
    readonly trainTokens: number
    readonly validationTokens: number
    readonly test: number
    readonly testTokens: number
    /** Examples of a test set of its own that were left out of it, since the data have them too. */
    readonly testLeftOut: number
    /** Why there is no test split; null where there is one. */
    readonly noTest: NoTest | null
    /** Conversations that are on more than one side; counted, and always 0. */
    readonly shared: number
  }
  /** Records without a word to learn. */
  readonly emptyAnswers: number
  /** Answers of more than ten times the median's tokens. */
  readonly longAnswers: {
    readonly count: number
    readonly over: number
    readonly first: readonly Place[]
  }
  /** The first of them. */
  readonly dropped: readonly DroppedRecord[]
  readonly droppedCount: number
  /** How many for which reason, the commonest first. */
  readonly droppedReasons: readonly ReasonCount[]
  /** A few examples as the model sees them. */
  readonly samples: readonly DataSample[]
}

/** `few`: there are too few different records for `auto`. */
export type NoTest = 'few' | 'not-asked'

export interface DataFile {
  readonly path: string
  readonly format: string
  readonly records: number
}

export interface Place {
  /** Left out where the data set is one file. */
  readonly file?: string
  readonly line: number
}

/** How many records something concerns, and where the first is. */
export interface ReasonCount {
  readonly reason: string
  readonly count: number
  readonly first: Place
}

export interface DroppedRecord extends Place {
  readonly reason: string
}

/** Tokens an example. */
export interface LengthSummary {
  readonly shortest: number
  readonly median: number
  readonly longest: number
  /** Ascending, without gaps; `to` is included. */
  readonly histogram: readonly {
    readonly from: number
    readonly to: number
    readonly count: number
  }[]
}

/** One record from its file to its tokens. */
export interface RecordTrace {
  /** Counted from 1 over all files. */
  readonly number: number
  readonly file: string
  readonly line: number
  /** The record as JSON. */
  readonly raw: string
  /** Why it is left out; null if it is used. */
  readonly reason: string | null
  /** The shape that was recognised; null if there is none. */
  readonly format: string | null
  readonly columns: Readonly<Record<string, string>>
  readonly unused: readonly string[]
  /** What was changed, cut or not read. */
  readonly notes: readonly string[]
  readonly turns: readonly TracedTurn[]
  /** Examples cut to the length that is allowed. */
  readonly truncated: number
  readonly examples: readonly {
    readonly segments: DataSample['segments']
    readonly tokens: readonly {
      readonly id: number
      readonly text: string
      readonly trained: boolean
    }[]
  }[]
}

export interface TracedTurn {
  readonly role: 'system' | 'user' | 'assistant' | 'tool' | 'text'
  readonly text: string
  readonly trained: boolean
}

export interface DataSample extends Place {
  readonly tokens: number
  /** In order; the texts together are what the model reads. */
  readonly segments: readonly { readonly text: string; readonly trained: boolean }[]
}
