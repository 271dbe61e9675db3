import { describe, expect, it } from 'vitest'
import type { Json } from '#connectors/sdk.ts'
import { findHiddenMark, findMark, mayHoldMark } from '#gateway/receive/secrecy.ts'

const words = ['绝密', '机密', '秘密']

const marks: Record<string, Json> = {
  ...Object.fromEntries(words.map(w => [`${w} with a star`, { nr: `关于某事的报告 ${w}★` }])),
  ...Object.fromEntries(words.map(w => [`${w} with a term`, { nr: `${w}★10年` }])),
  ...Object.fromEntries(words.map(w => [`${w} alone on a line`, { nr: `第一行\n${w}\n第三行` }])),
  ...Object.fromEntries(
    words.map(w => [`${w} before an attachment's name`, { attachments: [{ name: `${w}-会议纪要` }] }]),
  ),
  'the whole text': { nr: '机密' },
  'full-width spaces': { nr: '机 密　★ 长期' },
  'spaces around the line': { nr: '标题\r\n　秘 密 \r\n正文' },
  'letters that fold': { nr: '㊙密★' },
  'invisible characters': { nr: '机\u200b密\u2060★' },
  'a file by its ending': { wj: '机密会议纪要.docx' },
  'a file behind a path': { url: '/upload/2026/绝密方案.pdf' },
  'a plain name in a list of attachments': { fjlb: ['秘密名单'] },
  'work secrets alone on a line': { nr: '标题\n工作秘密\n正文' },
  'work secrets in the field 密级': { 密级: '内部工作秘密' },
  'the field 密级 with spaces': { '密 级': '工作秘密' },
  'HTML lines': { nr: '<p>机密</p><p>正文</p>' },
  'deep in lists': [{ a: [{ b: ['一', ['绝密★']] }] }],
  'a bare text': '秘密★1年',
  'the name of a field': { '机密★': 1 },
}

const others: Record<string, Json> = {
  'trade secrets': { nr: '涉及商业机密,请保密' },
  'trade secrets alone': { nr: '商业机密\n个人隐私\n商业秘密' },
  'a starred trade secret': { nr: '商业秘密★★★★★ 好评' },
  'a file on trade secrets': { files: [{ name: '商业机密说明.pdf' }] },
  'words in running text': { nr: '对方称此事为秘密,拒不告知。工作秘密另行处理。' },
  'a text that begins so': { nr: '秘密录音一份,已交仲裁庭' },
  'a star elsewhere': { nr: '秘密,★重要★' },
  'a level that is none': { 密级: '公开' },
  'a yes or no': { issecret: '0', sfgk: '1' },
  password: { nr: '密码' },
  empty: {},
  nothing: null,
  number: 1,
}

describe('findMark', () => {
  for (const [name, tree] of Object.entries(marks)) it(`finds ${name}`, () => expect(findMark(tree)).toBeDefined())
  for (const [name, tree] of Object.entries(others))
    it(`lets ${name} pass`, () => expect(findMark(tree)).toBe(undefined))

  it('says where, and not what', () => {
    expect(findMark({ a: [{ 'x/y~z': '机密★' }] })).toEqual({ pointer: '/a/0/x~1y~0z' })
  })

  it('relies on a character that only itself folds to', () => {
    for (let code = 0; code <= 0x10ffff; code++) {
      if ((code >= 0xd800 && code <= 0xdfff) || code === 0x5bc6) continue
      const char = String.fromCodePoint(code)
      if (char.normalize('NFKC').includes('密')) expect.unreachable(code.toString(16))
    }
  })
})

describe('mayHoldMark', () => {
  it('sees the character as it is and escaped', () => {
    expect(mayHoldMark('{"a":"机密★"}')).toBe(true)
    expect(mayHoldMark('{"a":"\\u673a\\u5BC6\\u2605"}')).toBe(true)
    expect(mayHoldMark('{"a":"\\u673a"}')).toBe(false)
  })
})

describe('findHiddenMark', () => {
  it('finds a mark that a second field of the same name hides', () => {
    expect(findHiddenMark('{"nr":"机密★","nr":"无"}')).toEqual({ pointer: '' })
    expect(findHiddenMark('{"nr":"\\u673a\\u5bc6","nr":"无"}')).toEqual({ pointer: '' })
    expect(findHiddenMark('{"nr":"商业机密","mm":"密码"}')).toBe(undefined)
  })
})
