import type { Job, JobResult } from '../finetune/job.js'
import type { EpochMetrics } from '../record/metric.js'
import type { Verdict } from '../record/verdict.js'

/** Where jobs run: one device host (a child process) per device, slots (worker threads) in it. */
export interface PoolOptions {
  /** One host each. `cpu` now; `cuda:0` pins CUDA_VISIBLE_DEVICES. */
  readonly devices: readonly string[]
  /** Jobs side by side on each device. */
  readonly slots: number
  /** File that the hosts' own output is appended to; nowhere when left out. */
  readonly log?: string
}

export interface JobEvents {
  /** The job left the queue. Told again with the next attempt when a host died under it. */
  started?(at: { readonly device: string; readonly slot: number }): void
  progress?(at: { readonly epoch: number; readonly epochs: number; readonly step: number; readonly steps: number; readonly loss: number }): void
  epoch?(metrics: EpochMetrics, verdict: Verdict): void
}

export interface Running<R> {
  /** Rejects with HostDied when the process under it went away, with UserError for bad input, else with the job's own error. */
  readonly result: Promise<R>
  /** Asks the job to end at its next safe point; `result` still settles. */
  stop(): void
}

export interface DevicePool {
  readonly slots: number
  run<J extends Job>(job: J, events?: JobEvents): Running<JobResult<J>>
  /** Lets running jobs end if they were asked to stop, then ends the hosts; kills those that do not end in 10 s. */
  close(): Promise<void>
}
