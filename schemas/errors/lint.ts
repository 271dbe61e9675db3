// Errors of the area "lint": what is wrong in our own files. `hint` is the did-you-mean, already worded.
import type { Entry, Facts, Text } from './entry.ts'

const fault = (en: (f: Facts) => string, zh: (f: Facts) => string, todo: Text): Entry => ({
  stage: 'lint',
  retryable: false,
  status: 0,
  says: f => ({ en: en(f) + meant(f, '; did you mean ', '?'), zh: zh(f) + meant(f, ';是否想写 ', '?') }),
  todo,
})

function meant(f: Facts, before: string, after: string): string {
  return f.hint === undefined ? '' : `${before}"${f.hint}"${after}`
}

const seeLanguage: Text = { en: 'see mappings/README.md', zh: '见 mappings/README.md' }

export const lintErrors = {
  HUB_LINT_FAILED: fault(
    f => `${f.file} has ${f.count} fault(s); the first: ${f.first}`,
    f => `${f.file} 有 ${f.count} 处错误;第一处:${f.first}`,
    { en: 'run `hub lint` and repair each line it names', zh: '运行 `hub lint`,逐行修正' },
  ),
  HUB_LINT_YAML: fault(
    f => `not readable as YAML: ${f.reason}`,
    f => `YAML 无法解析:${f.reason}`,
    {
      en: 'repair the YAML at this place',
      zh: '修正此处的 YAML',
    },
  ),
  HUB_LINT_ALIASES: fault(
    f => `an anchor is used more than ${f.count} times, those inside it counted`,
    f => `同一锚点(含其内部的别名)使用超过 ${f.count} 次`,
    { en: 'write the rule out, or make it a value table', zh: '请把规则写开,或改用值表' },
  ),
  HUB_LINT_WORD_UNKNOWN: fault(
    f => `the word "${f.word}" is not known here`,
    f => `此处不认识 "${f.word}"`,
    seeLanguage,
  ),
  HUB_LINT_SHAPE: fault(
    f => `${f.what} ${f.expected}`,
    f => `${f.what} 不符合要求:${f.expected}`,
    seeLanguage,
  ),
  HUB_LINT_LEADING_ZERO: fault(
    f => `the number ${f.word} loses its leading zero in YAML`,
    f => `数字 ${f.word} 在 YAML 中会丢失前导零`,
    { en: 'put it in quotes', zh: '请加引号' },
  ),
  HUB_LINT_SOURCE_COUNT: fault(
    f => `a rule has exactly one source, this one has ${f.found}`,
    f => `一条规则只能有一个来源,此处为 ${f.found}`,
    { en: 'keep one of path, const, of, concat, join, split, each, pick, list, set, call', zh: '只保留一个来源' },
  ),
  HUB_LINT_PATH: fault(
    f => `"${f.path}" is not a path: ${f.reason}`,
    f => `"${f.path}" 不是合法路径:${f.reason}`,
    {
      en: "a path is '', or starts with /, $/ or @/",
      zh: '路径为空串,或以 /、$/、@/ 开头',
    },
  ),
  HUB_LINT_PATH_UNKNOWN: fault(
    f => `the contract has no field "${f.path}"`,
    f => `接口约定中没有字段 "${f.path}"`,
    { en: 'correct the path, or add the field to the contract', zh: '修正路径,或在接口约定中补充该字段' },
  ),
  HUB_LINT_PATH_BOTH: fault(
    f => `"${f.path}" is ignored and read at once`,
    f => `"${f.path}" 既被忽略又被读取`,
    {
      en: 'take it out of ignore',
      zh: '从 ignore 中删除',
    },
  ),
  HUB_LINT_FIELD_FORGOTTEN: fault(
    f => `the contract's field "${f.path}" is neither mapped nor ignored`,
    f => `接口字段 "${f.path}" 既未映射也未声明忽略`,
    { en: 'map it, or name it under ignore with a reason', zh: '请映射它,或在 ignore 中写明理由' },
  ),
  HUB_LINT_TABLE_UNKNOWN: fault(
    f => `table "${f.word}" does not exist`,
    f => `值表 "${f.word}" 不存在`,
    {
      en: 'correct the name, or add the table',
      zh: '修正名称,或新增该值表',
    },
  ),
  HUB_LINT_COLUMN_UNKNOWN: fault(
    f => `table "${f.table}" has no column "${f.word}"`,
    f => `值表 "${f.table}" 没有列 "${f.word}"`,
    { en: "name it in the table's columns", zh: '在值表的 columns 中声明' },
  ),
  HUB_LINT_TABLE_ONE_WAY: fault(
    f => `table "${f.table}" cannot be reversed: "${f.word}" has several codes and none is marked back`,
    f => `值表 "${f.table}" 不能反查:"${f.word}" 对应多个代码,且没有标记 back`,
    { en: 'mark one of them `back: true`', zh: '给其中一个加 `back: true`' },
  ),
  HUB_LINT_TABLE_DOUBLE: fault(
    f => `the code "${f.word}" stands twice for the same days`,
    f => `代码 "${f.word}" 在同一时期出现两次`,
    { en: 'remove one, or give both `valid` days', zh: '删除一个,或分别写明 valid' },
  ),
  HUB_LINT_FUNCTION_UNKNOWN: fault(
    f => `function "${f.word}" does not exist`,
    f => `函数 "${f.word}" 不存在`,
    seeLanguage,
  ),
  HUB_LINT_FAMILY_UNKNOWN: fault(
    f => `number family "${f.word}" does not exist`,
    f => `编号族 "${f.word}" 不存在`,
    {
      en: 'see schemas/identifiers/families.yaml',
      zh: '见 schemas/identifiers/families.yaml',
    },
  ),
  HUB_LINT_FORMAT_UNKNOWN: fault(
    f => `"${f.word}" is not a time format`,
    f => `"${f.word}" 不是时间格式`,
    seeLanguage,
  ),
  HUB_LINT_ZONE_UNKNOWN: fault(
    f => `"${f.word}" is not a time zone`,
    f => `"${f.word}" 不是时区`,
    {
      en: 'use an IANA name such as Asia/Shanghai',
      zh: '使用 IANA 名称,如 Asia/Shanghai',
    },
  ),
  HUB_LINT_TARGET_UNKNOWN: fault(
    f => `the target has no field "${f.word}"`,
    f => `目标没有字段 "${f.word}"`,
    {
      en: 'correct the name; the fields are those of the canonical record or of the contract',
      zh: '修正名称;字段以标准记录或接口约定为准',
    },
  ),
  HUB_LINT_TARGET_KIND: fault(
    f => `"${f.word}" is ${f.kind}, the rule gives ${f.found}`,
    f => `"${f.word}" 的类型是 ${f.kind},规则给出 ${f.found}`,
    { en: 'take the step that gives the kind of the target', zh: '改用与目标类型一致的步骤' },
  ),
  HUB_LINT_TARGET_CLASH: fault(
    f => `"${f.word}" is set as a value and as the parent of "${f.other}"`,
    f => `"${f.word}" 既作为值,又作为 "${f.other}" 的上级`,
    { en: 'set one of the two', zh: '二者只设其一' },
  ),
  HUB_LINT_DIRECTION: fault(
    f => `"${f.word}" has no place in an ${f.direction} mapping`,
    f => `"${f.word}" 不能用于 ${f.direction} 映射`,
    seeLanguage,
  ),
  HUB_LINT_FILE_NAME: fault(
    f => `"${f.file}" is neither *.inbound.yaml nor *.outbound.yaml`,
    f => `"${f.file}" 既不是 *.inbound.yaml 也不是 *.outbound.yaml`,
    {
      en: 'name it <message>.inbound.yaml or <message>.outbound.yaml',
      zh: '请命名为 <message>.inbound.yaml 或 <message>.outbound.yaml',
    },
  ),
  HUB_LINT_OWN_MISSING: fault(
    f => `record "${f.word}" names no own number`,
    f => `记录 "${f.word}" 没有声明自有编号`,
    { en: "say under `own` which fields hold this system's own numbers", zh: '在 own 中写明本系统自有编号所在字段' },
  ),
  HUB_LINT_PATTERN: fault(
    f => `the pattern of family "${f.word}" ${f.reason}`,
    f => `编号族 "${f.word}" 的模式有误:${f.reason}`,
    {
      en: 'repair the pattern',
      zh: '修正模式',
    },
  ),
} as const satisfies Record<string, Entry>
