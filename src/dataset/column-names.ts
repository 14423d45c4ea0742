/** What a column may be used as. */
export const COLUMN_ROLES = [
  'prompt',
  'input',
  'answer',
  'system',
  'history',
  'messages',
  'text',
] as const
export type ColumnRole = (typeof COLUMN_ROLES)[number]

/**
 * Names that columns have, in order of preference; case, spaces, punctuation and the width of
 * letters do not count.
 */
export const COLUMN_NAMES: Readonly<Record<ColumnRole, readonly string[]>> = {
  messages: words(`messages conversations conversation dialog dialogue dialogs dialogues chat turns
    消息 消息列表 对话 会话 多轮对话 聊天 聊天记录 訊息 對話 會話 メッセージ 会話 対話 메시지 대화
    nachrichten gespräch unterhaltung mensajes conversación diálogo échanges mensagens conversa`),
  prompt: words(`prompt question query instruction input problem user human inputs questions q
    instruct ask request 问题 指令 提问 问 题目 提示 提示词 问句 用户 用户输入 用户问题 输入 問題 提問
    問 題目 使用者 輸入 質問 指示 問い 入力 プロンプト 질문 지시 지시문 명령 문제 입력 프롬프트 frage
    anweisung aufgabe eingabe pregunta instrucción entrada consigne entrée pergunta instrução
    domanda istruzione вопрос инструкция запрос`),
  answer: words(`answer response completion output chosen solution target assistant gpt bot reply
    outputs targets answers a ai moss completions responses chosenresponse 回答 答案 答复 输出 回复
    应答 答 标准答案 参考答案 助手 解答 回應 答覆 回覆 輸出 標準答案 答え 出力 応答 返答 回答文 답변 대답
    응답 답 정답 출력 antwort ausgabe lösung respuesta salida réponse sortie resposta saída risposta
    ответ вывод`),
  input: words(`input context passage document background article paragraph contexts reference
    evidence 输入 上下文 背景 材料 资料 文章 原文 段落 参考资料 补充输入 輸入 背景資料 資料 文脈 入力
    参考 コンテキスト 문맥 입력 지문 본문 kontext eingabe hintergrund contexto entrada contexte
    entrée contesto контекст`),
  system: words(`system systemprompt systemmessage 系统 系统提示 系统提示词 系统消息 系統 系統提示
    システム システムプロンプト 시스템 시스템프롬프트 sistema système система`),
  history: words(`history 历史 历史对话 对话历史 历史记录 歷史 對話歷史 履歴 会話履歴 기록 대화기록
    verlauf historial historique histórico история`),
  text: words(`text content document body 文本 正文 内容 语料 文章 文本內容 內容 本文 テキスト 텍스트 본문
    내용 inhalt texto contenido texte contenu conteúdo testo текст`),
}

/** Answers that are preferred to another, and the others. */
export const CHOSEN_NAMES = words('chosen chosenresponse chosenanswer preferred')
export const REJECTED_NAMES = words(`rejected rejectedresponse rejectedanswer rejects dispreferred
  rejectedmessages`)

/** A column's name as it is compared. */
export function plainName(name: string): string {
  return name
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\p{M}]/gu, '')
}

function words(text: string): string[] {
  return text.trim().split(/\s+/).map(plainName)
}
