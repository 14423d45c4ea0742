// Where the time of a training step goes: onnxruntime's own profile of a shard's graph (forward and
// backward of half a batch, one thread), as shares of the time in nodes by operator; and how many
// floating-point operations a second its largest products make. Needs: npm run build.
//   npm run bench:profile -- [DIM]
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { loadOnnxruntime } from '../dist/compile/engines/onnxruntime-package.js'
import { toOrt } from '../dist/compile/engines/onnxruntime-tensors.js'
import { emitOnnx } from '../dist/compile/onnx/emit.js'
import { contribKernels } from '../dist/compile/onnx/kernels/contrib.js'
import { trace } from '../dist/compile/trace/trace.js'
import { initialWeights } from '../dist/decoder/weights.js'
import { trainProgram } from '../dist/training/programs.js'
import { PLAIN } from '../dist/training/variant.js'
import { configOf, sizes } from './bench-sizes.mjs'

const RUNS = 6
const only = Number(process.argv[2] ?? 0)
const { ort } = await loadOnnxruntime()
for (const size of sizes.filter(({ width }) => !only || width === only)) await profile(size)

async function profile(size) {
  const { rows, length, vocabulary, width } = size
  const config = configOf(size)
  const { sharding } = trainProgram(config, { rows, length, shards: 2 }, PLAIN)
  if (!sharding) throw new Error('the step is not sharded')
  const { shard } = sharding
  const { bytes, feeds } = emitOnnx(trace(shard, contribKernels))
  const folder = mkdtempSync(join(tmpdir(), 'tune-profile-'))
  try {
    const session = await ort.InferenceSession.create(bytes, {
      intraOpNumThreads: 1,
      interOpNumThreads: 1,
      enableProfiling: true,
      profileFilePrefix: join(folder, 'step'),
    })
    const weights = initialWeights(config, 1)
    const valueOf = (spec, name) => ({
      ...spec,
      data:
        spec.dtype === 'int32'
          ? Int32Array.from({ length: elements(spec.shape) }, (_, i) => (i * 7919) % vocabulary)
          : new Float32Array(elements(spec.shape)).fill(
              name === 'lossScale' ? 1 / (rows * length) : 1,
            ),
    })
    const given = Object.fromEntries(
      Object.entries(feeds).map(([key, { kind, name }]) => {
        const value = kind === 'state' ? weights[name] : valueOf(shard.inputs[name], name)
        return [key, toOrt(ort, value, value.data)]
      }),
    )
    for (let i = 0; i < RUNS; i++) await session.run(given)
    session.endProfiling()
    await session.release()
    const [file] = readdirSync(folder)
    report(width, JSON.parse(readFileSync(join(folder, file), 'utf8')))
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** The first run fills memory: it doesn't count. */
function report(width, events) {
  const nodes = events.filter(({ cat, name }) => cat === 'Node' && name.endsWith('_kernel_time'))
  const perRun = nodes.length / RUNS
  const counted = nodes.slice(perRun)
  const total = counted.reduce((sum, { dur }) => sum + dur, 0)
  const byOperator = new Map()
  for (const { dur, args } of counted) {
    const each = byOperator.get(args.op_name) ?? { time: 0, count: 0, operations: 0 }
    byOperator.set(args.op_name, {
      time: each.time + dur,
      count: each.count + 1,
      operations: each.operations + operations(args),
    })
  }
  console.log(
    `\ndim ${width}: ${(total / (RUNS - 1) / 1000).toFixed(1)} ms in ${perRun} nodes\noperator | share | nodes | GFLOP/s`,
  )
  for (const [operator, { time, count, operations }] of [...byOperator]
    .sort((a, b) => b[1].time - a[1].time)
    .slice(0, 14)) {
    console.log(
      `${operator} | ${((100 * time) / total).toFixed(1)}% | ${count / (RUNS - 1)} | ${operations ? (operations / time / 1000).toFixed(0) : ''}`,
    )
  }
}

/**
 * Of a product: two for each multiplication of an element of the left side by a column of the
 * right.
 */
function operations({ op_name: operator, input_type_shape: inputs, output_type_shape: outputs }) {
  if (!['Gemm', 'MatMul', 'FusedMatMul'].includes(operator)) return 0
  const shapes = inputs.slice(0, 2).map(input => Object.values(input)[0])
  const result = Object.values(outputs[0])[0]
  // Elements of left, right and result are MK, KN and MN of each product of a batch
  const batch = elements(result.slice(0, -2))
  const ofRight = elements(shapes[1]) / (shapes[1].length > 2 ? batch : 1)
  return 2 * batch * Math.sqrt((elements(shapes[0]) / batch) * ofRight * (elements(result) / batch))
}

function elements(shape) {
  return shape.reduce((all, extent) => all * extent, 1)
}
