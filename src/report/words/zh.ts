import type { Noun, ReportWords } from './words.js'

const COUNTED: Readonly<Record<Noun, string>> = {
  trial: '个试验',
  epoch: '轮',
  step: '次改进',
  example: '条样本',
  token: '个词元',
  record: '条记录',
  duplicate: '条重复样本',
}

export const chinese: ReportWords = {
  language: 'zh',
  fullStop: '。',
  space: '',
  colon: '：',
  verdicts: {
    'still-improving': {
      label: '仍在改善',
      meaning: '训练结束时验证损失仍在下降，增加轮数很可能有帮助。',
    },
    plateau: { label: '已收敛', meaning: '验证损失已趋于平稳，增加轮数变化不大。' },
    overfit: {
      label: '过拟合',
      meaning: '验证损失回升，而训练损失继续下降：模型开始死记训练样本。最佳轮次在回升之前。',
    },
    diverged: {
      label: '发散',
      meaning: '训练失败：损失增大或变为 NaN。最常见的原因是学习率过高。',
    },
    'too-early': { label: '轮数不足', meaning: '训练轮数太少，无法判断。' },
  },
  trialStates: {
    waiting: '等待中',
    running: '运行中',
    paused: '已暂停',
    complete: '已完成',
    pruned: '已剪枝',
    failed: '失败',
  },
  studyStates: {
    created: '未开始',
    running: '运行中',
    interrupted: '已中断',
    stopped: '已停止',
    complete: '已完成',
    failed: '失败',
  },
  failures: {
    diverged: '发散',
    'out-of-memory': '内存不足',
    crashed: '崩溃',
    invalid: '无效',
  },
  measures: {
    valLoss: '验证损失',
    perplexity: '困惑度',
    tokenAccuracy: '词元准确率',
    exactMatch: '完全匹配率',
    contains: '包含率',
    rougeL: 'ROUGE-L',
    seconds: '训练秒数',
  },
  meanings: {
    validationLoss: '验证损失在训练从不使用的验证集上计算，单位为每个答案词元的 nats，越低越好。',
    ownLoss: '验证损失由训练程序在每轮结束后报告，越低越好。',
    perplexity:
      '困惑度等于 exp(验证损失)。困惑度为 3 表示模型的不确定程度相当于在 3 个词元中均匀选择。越低越好，1 表示完全确定。',
  },
  values: { yes: '是', no: '否' },
  estimate: { fewSeconds: '几秒', about: duration => `约 ${duration}` },
  exported: {
    verified: '已验证：从磁盘重新加载后，验证损失与记录一致',
    notVerified: '未通过验证',
    files: '已验证：文件与训练保存的逐字节一致',
  },
  sections: {
    leaderboard: '排行榜',
    reliability: '结果可信度',
    finalists: '入围试验的测试结果（± 一个标准误）',
    retrained: '更换随机种子重新训练',
    overfitted: '过拟合的试验',
    answers: '回答',
    question: '问题',
    before: '微调前',
    after: '微调后',
    exportedModel: '导出的模型',
    export: '导出',
    finalistsHeader: [
      '试验',
      '测试损失排名',
      '排名的 95% 区间',
      '测试损失',
      '验证损失',
      '测试 − 验证',
    ],
    retrainedHeader: ['试验', '搜索时', '其他种子：均值 ± 标准差', '种子数', '失败数'],
    reliabilityPending: '第一个试验完成后显示。',
    noneOverfitted: '没有过拟合的试验。',
    noneFinished: '还没有试验结束。',
    hiddenColumns: labels => `终端较窄，未显示的列：${labels.join('、')}。`,
  },
  columns: {
    heads: {
      rank: { label: '排名', meaning: null },
      trial: { label: '试验', meaning: null },
      front: {
        label: '前沿',
        meaning: '位于帕累托前沿：没有其他试验在一个目标上更好而在另一个目标上不更差。',
      },
      mean: {
        label: '重复均值',
        meaning: '该配置在各随机种子下的均值、标准差和已完成的试验数。',
      },
      rankValue: {
        label: '排名依据',
        meaning:
          '试验的排名值：原始值，曲线有噪声时为平滑值，研究结束后前几个试验为搜索模型的估计值。',
      },
      bestEpoch: { label: '最佳轮次 / 总轮数', meaning: '试验计分所用的轮次，以及已训练的轮数。' },
      lastEpoch: {
        label: '计分轮次 / 总轮数',
        meaning: '最后一轮（本研究按最后一轮计分），以及已训练的轮数。',
      },
      verdict: { label: '诊断', meaning: '根据试验自身的损失曲线得出的结论。' },
      seconds: { label: '用时', meaning: '训练与验证的时间。' },
      state: { label: '状态', meaning: null },
    },
    objective: '试验按此值排名。',
    secondObjective: '第二个目标。',
    bestByObjective: '按研究目标计的最佳轮次，以及已训练的轮数。',
  },
  status: {
    progress: ({ finished, total, epochs }) =>
      epochs
        ? `已启动 ${total} 个试验，已用 ${epochs.spent} / ${epochs.budget} 轮`
        : `${finished} / ${total} 个试验`,
    created: study => `尚未开始。用 “tune study run ${study}” 启动。`,
    interrupted: (progress, study) => `已中断（${progress}）。用 “tune study run ${study}” 继续。`,
    running: (progress, timeLeft) =>
      `${progress.epochs ? '' : '已结束 '}${chinese.status.progress(progress)}，${progress.running} ` +
      `个运行中${timeLeft === null ? '' : `，剩余${timeLeft}`}。`,
    exporting: '所有试验已结束，正在导出最佳模型。',
    stopped: (progress, study) => `已停止（${progress}）。用 “tune study run ${study}” 继续。`,
    complete: (amount, duration, reason) =>
      `已完成：${amount}，用时 ${duration}。${reason === null ? '' : `结束原因：${reason}。`}`,
    failed: reason => `失败：${reason || '未记录原因'}。`,
  },
  result: {
    none: '第一个试验结束后显示结果。',
    noModel: '还没有试验得到可用的模型。',
    best: (number, epoch, final, last) =>
      `${final ? '' : '目前'}最佳为试验 ${number} 的${last ? '最后一轮（' : ''}第 ${epoch} 轮${last ? '）' : ''}`,
    validationLoss: (loss, perplexity) =>
      `验证损失 ${loss}${perplexity === null ? '' : ` nats/token（困惑度 ${perplexity}）`}`,
    plainLoss: (loss, perplexity) => (perplexity === null ? loss : `${loss}（${perplexity}）`),
    improved: (best, after, before) => `${best}：${after}；微调前：${before}。`,
    notImproved: (best, after, before) => `${best}，但没有改善：${after}；微调前：${before}。`,
    improvement: (number, amount, objective) =>
      `相对默认设置（试验 ${number}）的改善：${objective === null ? '' : `${objective} `}${amount}。`,
    defaultsFailed: number => `默认设置（试验 ${number}）失败，因此无法计算相对默认设置的改善。`,
    defaultsBest: (number, final) =>
      `${final ? '' : '目前'}没有试验优于默认设置（试验 ${number}）。`,
    sharing: (trials, epochs, duration) =>
      `${trials} 个试验共用了其他试验的训练过程，节省 ${epochs} 轮（${duration}）。`,
    calibration: (within, of, deviations) =>
      `${of} 个有预测的结果中，${within} 个与预测相差不超过 ${deviations} 个标准差。`,
    rankedBy: ({ measure, repeats, last, smoothed, estimated }) => {
      const order = repeats
        ? `按各配置重复试验${last ? '最后一轮' : ''}的${measure}均值排名`
        : `按各试验${last ? '最后一轮' : '最佳轮次'}的${measure}排名`
      const noise = smoothed ? '，曲线有噪声时取平滑值' : ''
      const model = estimated === 0 ? '' : `前 ${estimated} 个试验按搜索模型的估计值排名。`
      return `${order}${noise}。${model}`
    },
    rankSources: { raw: '原始', smoothed: '平滑', model: '模型' },
    paretoFront: (first, second, study) =>
      `★ 表示帕累托前沿：没有其他试验在${first}上更好而在${second}上不更差。导出的是第一名；“tune export ${study} --trial ` +
      'N” 可导出其他试验。',
  },
  trial: {
    waiting: '等待空闲槽位',
    sharesRun: leader => `共用试验 ${leader} 的训练过程`,
    epochs: (run, planned) => (planned === null ? `${run} 轮` : `${run} / ${planned} 轮`),
    done: (epochs, attempt) => `已完成 ${epochs}${attempt > 1 ? `，第 ${attempt} 次尝试` : ''}`,
    paused: epochs => `训练 ${epochs}后暂停；若预期改善大于其他试验则恢复`,
    ranAll: epochs => `已训练全部 ${epochs}`,
    stoppedEarly: epochs => `训练 ${epochs}后早停：继续训练得不偿失`,
    byItself: '训练程序自行结束',
    ended: (epochs, reason) => `训练 ${epochs}后结束：${reason}`,
    failure: {
      diverged: ({ message, epoch }) => `训练在第 ${epoch} 轮发散：${message}`,
      'out-of-memory': ({ message, device }) => `${device} 内存不足：${message}`,
      crashed: ({ message }) => `崩溃：${message}`,
      invalid: ({ message }) => `无法运行：${message}`,
    },
    proposed: (sampler, finished, running) => {
      const basis = finished === null ? '当时还没有试验结束' : `依据试验 ${finished} 的结果`
      const others = running === null ? '' : `，当时试验 ${running} 仍在运行`
      return `由 ${sampler} 搜索提出，${basis}${others}`
    },
    predicted: (mean, sd) => `预测 ${mean} ± ${sd}`,
    measured: value => `，实测 ${value}`,
    asPredicted: '：与预测一致',
    deviation: (deviations, better) => `：比预测${better ? '好' : '差'} ${deviations} 个标准差`,
    endedEarly: '；提前结束',
    failed: '；失败',
    noResult: '；尚无结果',
  },
  charts: {
    bestSoFar: ({ trials, from, first, to, winner, steps }) =>
      `${trials} 个已完成的试验中，最佳验证损失从 ${from}（试验 ${first}）变为 ${to}（试验 ${winner}），共 ${steps} 次改进。`,
    curve: ({ number, epochs, loss, epoch, last }) =>
      `试验 ${number}：${epochs} 轮，${last ? '按最后一轮' : '最佳'}（第 ${epoch ?? '–'} ` +
      `轮）的验证损失${last ? '计分' : '为'} ${loss}。`,
    scatter: (best, trials, setting, low, high) =>
      `${trials} 个已完成的试验中，最佳 ${best} ` +
      `个的${setting}${low === high ? `为 ${low}` : `在 ${low} 至 ${high} 之间`}。`,
    front: (front, trials, measure, low, high) =>
      `${trials} 个试验中有 ${front} 个位于帕累托前沿，${measure}为 ${low} 至 ${high}。`,
  },
  trialName: number => `试验 ${number}`,
  count: (value, noun) => `${value.toLocaleString('en-US')} ${COUNTED[noun]}`,
}
