import { keyedUniform } from '../../math/random.js'
import type { Curve } from '../../record/curve.js'
import type { Prune } from '../../record/trial.js'
import {
  isPromoting,
  type PromotingPruner,
  type PruneRequest,
  type Pruner,
  type StoppingPruner,
} from '../contract/pruner.js'
import { assert, assertEqual, deepFreeze, survivesJson, type ContractCheck } from './situations.js'

const SEEDS = Array.from({ length: 30 }, (_, seed) => seed)

/**
 * What every pruner owes a study, as checks for any test framework.
 *
 * @example
 * for (const { name, check } of prunerContract(mine)) test(name, check)
 */
export function prunerContract(pruner: Pruner): readonly ContractCheck[] {
  const checks = isPromoting(pruner) ? promotingChecks(pruner) : stoppingChecks(pruner)
  return checks.map(({ name, check }) => ({ name: `${pruner.name} ${name}`, check }))
}

function stoppingChecks(pruner: StoppingPruner): readonly ContractCheck[] {
  const each = (
    name: string,
    check: (trial: Curve, peers: readonly Curve[], request: PruneRequest) => void,
  ): ContractCheck => ({
    name,
    check: () =>
      SEEDS.forEach(seed => {
        const { curves, request } = study(seed, 'complete')
        const [trial, ...peers] = curves
        for (let epoch = 1; epoch <= trial!.losses.length; epoch++)
          check(
            { ...trial!, state: 'running', losses: trial!.losses.slice(0, epoch) },
            peers,
            request,
          )
      }),
  })
  return [
    each('gives a reason that survives JSON, or null', (trial, peers, request) => {
      const prune = pruner.judge(trial, peers, request)
      if (prune) assertReason(prune)
    }),
    each('judges equal arguments equally and leaves them as they are', (trial, peers, request) => {
      const first = pruner.judge(trial, peers, request)
      const copies = deepFreeze(structuredClone([trial, peers, request] as const))
      assertEqual(pruner.judge(...copies), first, 'the second judgment differs')
    }),
    each('ignores what its peers did after the epoch', (trial, peers, request) => {
      const epoch = trial.losses.length
      const changed = peers.map(peer => ({
        ...peer,
        losses: peer.losses.map((loss, i) => (i < epoch ? loss : loss / 1000)),
      }))
      assertEqual(
        pruner.judge(trial, changed, request),
        pruner.judge(trial, peers, request),
        'later losses of the peers change the judgment',
      )
    }),
  ]
}

function promotingChecks(pruner: PromotingPruner): readonly ContractCheck[] {
  const each = (name: string, check: (seed: number) => void): ContractCheck => ({
    name,
    check: () => SEEDS.forEach(check),
  })
  return [
    each('pauses a new trial at an epoch that it can have', seed => {
      const { request } = study(seed, 'paused')
      for (let position = 0; position < request.trialCount; position++) {
        const epoch = pruner.firstPause(position, request)
        assert(
          Number.isInteger(epoch) && epoch >= 1 && epoch <= request.maxEpochs,
          `it pauses trial ${position} at epoch ${epoch} of ${request.maxEpochs}`,
        )
      }
    }),
    each('promotes paused trials until one is trained to its end', seed => {
      const { curves, request } = study(seed, 'paused')
      const end = promoteAll(pruner, curves, request)
      assert(
        end.some(({ losses }) => losses.length === request.maxEpochs),
        'no trial is trained to its end',
      )
    }),
    each('prunes the others with a reason that survives JSON', seed => {
      const { curves, request } = study(seed, 'paused')
      const end = promoteAll(pruner, curves, request)
      for (const trial of end.filter(({ state }) => state === 'paused'))
        assertReason(pruner.prune(trial, end, request))
    }),
    each('decides equally from equal arguments and leaves them as they are', seed => {
      const { curves, request } = study(seed, 'paused')
      const first = pruner.promote(curves, request)
      const copies = deepFreeze(structuredClone([curves, request] as const))
      assertEqual(pruner.promote(...copies), first, 'the second decision differs')
    }),
  ]
}

/** A study on one slot: a promotion if there is one, else a new trial. */
function promoteAll(
  pruner: PromotingPruner,
  curves: readonly Curve[],
  request: PruneRequest,
): readonly Curve[] {
  const trials: Curve[] = []
  const train = (trial: number, epochs: number) => {
    const losses = curves[trial]!.losses.slice(0, epochs)
    const state = epochs === request.maxEpochs ? 'complete' : 'paused'
    trials[trial] = { ...curves[trial]!, state, losses }
  }
  for (;;) {
    const promotion = pruner.promote(trials, request)
    if (promotion) {
      const { trial, epochs, reason } = promotion
      assert(trials[trial]?.state === 'paused', `it promotes trial ${trial}, which is not paused`)
      assert(epochs > trials[trial].losses.length, `it promotes trial ${trial} to no new epoch`)
      assert(reason !== '', 'the reason is empty')
      train(trial, epochs)
    } else if (trials.length < request.trialCount)
      train(trials.length, pruner.firstPause(trials.length, request))
    else return trials
  }
}

function assertReason(prune: Prune): void {
  assert(prune.reason !== '', 'the reason is empty')
  assert(!/NaN|undefined/.test(prune.reason), `the reason is "${prune.reason}"`)
  assert(survivesJson(prune), `${JSON.stringify(prune)} is not what it returned`)
}

/** Curves that fall to losses in a random order, each to its last epoch. */
function study(
  seed: number,
  state: Curve['state'],
): { readonly curves: readonly Curve[]; readonly request: PruneRequest } {
  const uniform = keyedUniform([seed, 0x7072])
  const maxEpochs = 2 + Math.floor(uniform() * 28)
  const trialCount = 1 + Math.floor(uniform() * 24)
  const curves = Array.from({ length: trialCount }, (_, trial): Curve => {
    const final = uniform()
    const losses = Array.from({ length: maxEpochs }, (_, i) => final + 1 / (i + 1))
    return { trial, params: {}, state, losses, loss: final + 1 / maxEpochs }
  })
  return { curves, request: { maxEpochs, direction: 'minimize', trialCount } }
}
