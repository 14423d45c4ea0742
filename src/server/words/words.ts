/** Texts that only the pages have, in one language; the others are those of src/report/words. */
export interface PageWords {
  readonly layout: {
    readonly skip: string
    readonly here: string
    readonly studies: string
    readonly connecting: string
    /** Name of the other language, and its code. */
    readonly other: { readonly language: 'en' | 'zh'; readonly name: string }
  }
  readonly client: ClientWords
  readonly hero: {
    readonly bestLoss: string
    bestAt(trial: number, epoch: number, last: boolean): string
    readonly noneYet: string
    beforeFineTuning(value: string): string
    readonly improvement: string
    readonly improvementMeaning: string
    readonly overDefaults: string
    defaults(trial: number, value: string): string
    readonly overDefaultsMeaning: string
    readonly time: string
    atOnce(slots: number): string
    readonly timeMeaning: string
    readonly trialsFinished: string
    readonly epochsUsed: string
  }
  readonly answers: {
    readonly title: string
    readonly intro: string
    readonly questions: string
    readonly notYet: string
    readonly pending: string
    readonly noExport: string
    readonly empty: string
  }
  readonly board: {
    readonly hint: string
    readonly none: string
    readonly more: string
    moreAbout(trial: number): string
    readonly outcome: string
    readonly lastOutput: string
    readonly verdict: string
    readonly rationale: string
    rationaleTo(epoch: number): string
    readonly prediction: string
    readonly trainingRun: string
    sharedRun(epochs: number | null, leader: number): string
    readonly device: string
    attempt(attempt: number): string
  }
  readonly charts: {
    readonly curves: string
    readonly bestThree: string
    readonly validation: string
    readonly training: string
    readonly bestEpoch: string
    readonly lastEpoch: string
    readonly curvesEmpty: string
    readonly bestSoFar: string
    readonly lowest: string
    readonly oneTrial: string
    readonly bestEmpty: string
    readonly bySetting: string
    readonly axis: string
    readonly scatterEmpty: string
    newBest(text: string): string
    at(trial: string, loss: string, setting: string, value: string): string
    point(trial: string, loss: string): string
  }
  readonly facts: FactWords
  readonly reliability: {
    interval(low: string, high: string): string
    probability(percent: string): string
  }
  readonly overfitted: {
    epoch(best: number, run: number, last: boolean): string
    count(trials: number, last: boolean): string
  }
  readonly legend: string
  readonly studies: {
    readonly title: string
    readonly intro: string
    readonly none: string
    readonly howTo: string
    readonly example: string
    readonly damaged: string
    /** Text before and after the command that starts the study. */
    readonly notRun: readonly [string, string]
    readonly bestLoss: string
    readonly before: string
    readonly search: string
    readonly newStudy: string
  }
  readonly problem: {
    readonly notFound: string
    readonly noPage: string
    /** For a request without the token. */
    readonly token: string
    /** Text before and after the name of the study. */
    readonly noStudy: readonly [string, string]
    readonly cannotShow: string
    readonly bug: string
    readonly allStudies: string
  }
}

export interface FactWords {
  readonly exportedModel: string
  readonly exportedFiles: string
  readonly exportLater: string
  readonly noModel: string
  files(epoch: number, trial: number): string
  readonly filesVerified: string
  folder(epoch: number, trial: number): string
  verified(loss: string): string
  notVerified(measured: string, recorded: string): string
  readonly chat: string
  readonly source: string
  readonly search: string
  searchText(facts: {
    readonly sampler: string
    readonly seed: number
    readonly earlyStopping: string
    readonly pruner: string | undefined
    readonly minGainPerEpoch: number | undefined
  }): string
  range(low: string, high: string, log: boolean): string
  architecture(facts: {
    readonly name: string
    readonly parameters: string
    readonly layers: number
    readonly width: number
    readonly vocabulary: string
  }): string
  split(facts: {
    readonly format: string
    readonly examples: number
    readonly train: string
    readonly validation: string
    readonly test: string | null
  }): string
  tokens(facts: {
    readonly answers: number
    readonly duplicates: number
    readonly truncated: string
    readonly skipped: string
  }): string
  readonly engine: string
  /** Heads the list of what of the data is not used, changed or cut. */
  remarks(lines: number): string
  skipped(records: number): string
  place(file: string | undefined, line: number): string
  more(count: string): string
}

/** Texts of the page's scripts; `{}` stands for a number or a name. */
export interface ClientWords {
  readonly live: string
  readonly lost: string
  readonly paused: string
  readonly gone: string
  readonly trial: string
  readonly trialAxis: string
  readonly epoch: string
  readonly epochAxis: string
  readonly lossAxis: string
  readonly validationLoss: string
  readonly validationOfTrial: string
  readonly trainingOfTrial: string
  readonly bestEpoch: string
  readonly bestSoFar: string
  readonly logScale: string
  readonly chooseTrials: string
  readonly verdicts: Readonly<Record<string, string>>
}
