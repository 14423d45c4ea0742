import type { Job, JobResult } from '../record/job.js'
import type { EpochMetrics } from '../record/metric.js'
import type { Verdict } from '../record/verdict.js'
import type { HostDied } from './host-died.js'

export { HostDied, JobCancelled } from './host-died.js'

/** Where jobs run: one device host (a child process) per device, slots (worker threads) in it. */
export interface PoolOptions {
  /** One host each: `cpu`, `webgpu`, or `cuda:0`, which pins CUDA_VISIBLE_DEVICES. */
  readonly devices: readonly string[]
  /**
   * Engine that jobs run on; `auto` or left out: what TUNE_ENGINE says, or else what suits the
   * device.
   */
  readonly engine?: string | undefined
  /** Jobs side by side on each device. */
  readonly slots: number
  /**
   * File that the hosts' own output is appended to; nowhere when left out. With several devices,
   * one file each: `host-cuda-0.log`.
   */
  readonly log?: string
  /** CPU threads for each job; when left out, the machine's cores shared out among all slots. */
  readonly threads?: number
  /**
   * File whose `runJob` does the work, in compiled form; that of every kind of trial when left out.
   */
  readonly jobModule?: string
  /** Milliseconds within which a host must be ready; 60,000 when left out. */
  readonly readyWithin?: number
  /**
   * Milliseconds that running jobs have to end in when the pool is closed; 10,000 when left out.
   */
  readonly closeWithin?: number
  /** Told of each host that dies, whether or not a job was running on it. */
  onHostDied?(death: HostDied): void
}

export interface JobEvents {
  /** The job left the queue. Slots are counted through all devices, from 0. */
  started?(at: { readonly device: string; readonly slot: number }): void
  progress?(at: {
    readonly epoch: number
    readonly epochs: number
    readonly step: number
    readonly steps: number
    readonly loss: number
  }): void
  epoch?(metrics: EpochMetrics, verdict: Verdict): void
  /**
   * A training that `asks` waits for whether it may go on after these epochs; where the answer is
   * no it pauses.
   */
  mayContinue?(history: readonly EpochMetrics[]): boolean | Promise<boolean>
  /** A word for whoever watches the study. */
  note?(message: string): void
}

export interface Running<R> {
  /**
   * Rejects with HostDied when the process under it went away, with UserError for bad input or when
   * no device can be used any more, with JobCancelled when the pool was closed over it, else with
   * the job's own error.
   */
  readonly result: Promise<R>
  /**
   * Asks the job to end at its next safe point; `result` still settles. A training that has not
   * begun, because it is queued or loads model and data, is `stopped` at once. Another job in the
   * queue is rejected with JobCancelled.
   */
  stop(): void
}

export interface DevicePool {
  /** Of all devices together. */
  readonly slots: number
  /** Jobs wait in one queue, first come first served, for a slot on any device. */
  run<J extends Job>(job: J, events?: JobEvents): Running<JobResult<J>>
  /**
   * Lets running jobs end that read the stop flag, at most for 10 s (`closeWithin`), then ends the
   * hosts.
   */
  close(): Promise<void>
}
