import type { Job, JobResult } from '../../record/job.js'
import type { DevicePool, JobEvents, PoolOptions, Running } from '../../trial/pool.js'

interface Member {
  readonly pool: DevicePool
  /** Number of its first slot. */
  readonly offset: number
  active: number
}

/** A pool that can get more slots while it runs: a further pool beside the first. */
export class ElasticPool implements DevicePool {
  readonly #open: (slots: number) => Promise<DevicePool>
  readonly #members: Member[]

  private constructor(open: (slots: number) => Promise<DevicePool>, first: DevicePool) {
    this.#open = open
    this.#members = [{ pool: first, offset: 0, active: 0 }]
  }

  /** @param open makes a pool of so many slots on each device */
  static async open(
    { slots }: Pick<PoolOptions, 'slots'>,
    open: (slots: number) => Promise<DevicePool>,
  ): Promise<ElasticPool> {
    return new ElasticPool(open, await open(slots))
  }

  get slots(): number {
    return this.#members.reduce((sum, { pool }) => sum + pool.slots, 0)
  }

  /** Adds slots until there are at least so many on all devices together. */
  async grow(slots: number, devices = 1): Promise<void> {
    const offset = this.slots
    if (slots <= offset) return
    const pool = await this.#open(Math.ceil((slots - offset) / devices))
    this.#members.push({ pool, offset, active: 0 })
  }

  run<J extends Job>(job: J, events: JobEvents = {}): Running<JobResult<J>> {
    const member =
      this.#members.find(({ pool, active }) => active < pool.slots) ?? this.#members[0]!
    const { started } = events
    const running = member.pool.run(job, {
      ...events,
      ...(started ? { started: at => started({ ...at, slot: at.slot + member.offset }) } : {}),
    })
    member.active++
    const release = () => void member.active--
    running.result.then(release, release)
    return running
  }

  async close(): Promise<void> {
    await Promise.all(this.#members.map(({ pool }) => pool.close()))
  }
}
