// Errors of exchange folders, local or over SFTP. Causes are codes of the operating system or of SFTP, never words.
import type { Entry } from './entry.ts'

export const folderErrors = {
  HUB_FOLDER_FAILED: {
    stage: 'receive',
    retryable: true,
    status: 0,
    says: f => ({
      en: `the exchange folder cannot be used (${f.cause}); nothing of it has changed`,
      zh: `交换目录无法使用(${f.cause}),未作任何改动`,
    }),
    todo: {
      en: 'the hub tries again by itself; check that the folder is there, that its account may read and write, and that its disk is not full',
      zh: '枢纽会自动重试;请检查目录是否存在、账号是否可读写、磁盘是否已满',
    },
  },
  HUB_FOLDER_CUT: {
    stage: 'deliver',
    retryable: true,
    status: 0,
    says: f => ({
      en: `the connection ended while a file was put in its place (${f.cause}); it may lie there or not`,
      zh: `文件就位时连接中断(${f.cause}),文件可能已就位也可能没有`,
    }),
    todo: {
      en: 'nothing: the hub looks for the file before it writes again',
      zh: '无需处理:枢纽会先查找该文件再决定是否重写',
    },
  },
  HUB_FOLDER_HOST_KEY: {
    stage: 'security',
    retryable: true,
    status: 0,
    says: f => ({
      en: `the SFTP server ${f.host} shows another host key than the one in the configuration; nothing was sent`,
      zh: `SFTP 服务器 ${f.host} 的主机密钥与配置不符,未发送任何内容`,
    }),
    todo: {
      en: 'ask its operator whether the key was changed; only then put the new SHA256 fingerprint into credentials.hostKey of this way',
      zh: '请向对方运维核实密钥是否更换;确认后再将新的 SHA256 指纹写入该通道的 credentials.hostKey',
    },
  },
  HUB_FILE_CHANGED: {
    stage: 'receive',
    retryable: true,
    status: 0,
    says: () => ({
      en: 'a file was still being written while it was read; it is read again later',
      zh: '文件在读取时仍在写入,稍后重新读取',
    }),
    todo: {
      en: 'the sender should mark a file as whole only when the last byte is written',
      zh: '发送方应在写完全部内容后再标记文件完成',
    },
  },
  HUB_FILE_LOST: {
    stage: 'receive',
    retryable: true,
    status: 0,
    says: () => ({
      en: 'a file that this process had taken is no longer there; another process has taken it over',
      zh: '本进程已取走的文件已不在,由其他进程接管',
    }),
    todo: {
      en: 'nothing; if it comes often, this process stops for longer than its claims last',
      zh: '无需处理;如频繁出现,说明本进程停顿时间超过占用期限',
    },
  },
  HUB_FILE_REFUSED: {
    stage: 'receive',
    retryable: false,
    status: 0,
    says: f => ({ en: `a file is not read (${f.rule})`, zh: `文件不予读取(${f.rule})` }),
    todo: {
      en: 'lay out plain files with content, under the agreed names, no links',
      zh: '请按约定文件名放置有内容的普通文件,不得使用链接',
    },
  },
} as const satisfies Record<string, Entry>
