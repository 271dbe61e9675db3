// The rules of flaws in words: what was found at a place of a message, and what became of it. Keys are the rules.
import type { Text } from './entry.ts'

export const flawWords: Readonly<Record<string, Text>> = {
  NOT_TEXT: { en: 'an object or list stands where a text is due; left out', zh: '应为文本,实为对象或列表,已舍弃' },
  BAD_BYTES: { en: 'the text cannot be decoded; left out', zh: '文本无法解码,已舍弃' },
  CONTROL_CHARS: { en: 'control characters were taken out', zh: '已去除控制字符' },
  NOT_A_NUMBER: { en: 'not a number; left out', zh: '不是数字,已舍弃' },
  NOT_A_DATE: { en: 'not a date or time in a known form; left out', zh: '日期时间格式无法识别,已舍弃' },
  NOT_A_BOOLEAN: { en: 'not a yes or no; left out', zh: '不是是否值,已舍弃' },
  NOT_A_RECORD: { en: 'an element of the list is no object; left out', zh: '列表元素不是对象,已舍弃' },
  UNKNOWN_CODE: { en: 'the code is not in the value table; kept as unknown', zh: '代码不在代码表中,按未知处理' },
  NOT_AN_IDENTIFIER: { en: 'fits no family of case numbers; left out', zh: '不符合任何案号规则,已舍弃' },
  UNSAFE_NUMBER: {
    en: 'a number too long to be exact: send it as a text; left out',
    zh: '数字过长会丢失精度,请以文本发送;已舍弃',
  },
  BAD_CHECK_DIGIT: { en: 'the check digit is wrong; left out', zh: '校验码错误,已舍弃' },
  UNVERIFIED_ID: { en: 'an old identity number without a check digit; kept', zh: '旧式证件号无校验码,已保留' },
  NOT_A_PHONE: { en: 'not a phone number; left out', zh: '不是电话号码,已舍弃' },
  MISSING: { en: 'a field that is due has no value', zh: '必要字段没有值' },
  CUT: { en: 'too long: cut', zh: '超长,已截断' },
  UNMAPPED: {
    en: 'no mapping reads this field; it stays in the message as sent',
    zh: '没有映射读取该字段,仅保留在原始报文中',
  },
}
