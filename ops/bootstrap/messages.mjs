// What set-up tells a newcomer, in both languages. Plain JavaScript: it must run on the machine's own Node (>= 20),
// before packages and Node 24 are there. Same shape as the error catalogue; test/house holds it to that.

export const setupMessages = {
  HUB_SETUP_NODE_OLD: {
    says: f => ({ en: `Node ${f.found} is too old`, zh: `Node 版本过低(${f.found})` }),
    todo: { en: 'install Node 20 or newer and run the command again', zh: '请安装 Node 20 或更高版本后重新执行' },
  },
  HUB_SETUP_NODE_INCOMPLETE: {
    says: () => ({ en: 'the Node 24 of this project is not complete', zh: '本项目自带的 Node 24 不完整' }),
    todo: {
      en: 'allow npm install scripts (npm config set ignore-scripts false), delete node_modules, run the command again',
      zh: '请允许 npm 安装脚本(npm config set ignore-scripts false),删除 node_modules 后重新执行',
    },
  },
  HUB_SETUP_NPM_FAILED: {
    says: f => ({ en: `npm could not install the packages, see ${f.log}`, zh: `npm 安装依赖失败,详见 ${f.log}` }),
    todo: {
      en: 'check the network and the npm registry setting, then run the command again',
      zh: '请检查网络和 npm 镜像设置后重新执行',
    },
  },
  HUB_SETUP_NPM_MISSING: {
    says: () => ({ en: 'npm was not found', zh: '未找到 npm' }),
    todo: {
      en: 'install npm (it comes with Node) and run the command again',
      zh: '请安装 npm(随 Node 提供)后重新执行',
    },
  },
  HUB_SETUP_JAVA_MISSING: {
    says: () => ({ en: 'Java was not found; the built-in Kafka needs it', zh: '未找到 Java,内置 Kafka 需要它' }),
    todo: {
      en: 'install a JDK 17 or newer (or set JAVA_HOME), or set KAFKA_BROKERS=host:port to start with an existing Kafka',
      zh: '请安装 JDK 17 或更高版本(或设置 JAVA_HOME);启动时也可设置 KAFKA_BROKERS=主机:端口 使用已有的 Kafka',
    },
  },
  HUB_SETUP_JAVA_OLD: {
    says: f => ({
      en: `Java ${f.found} is too old; the built-in Kafka needs 17`,
      zh: `Java 版本过低(${f.found}),内置 Kafka 需要 17`,
    }),
    todo: {
      en: 'install a JDK 17 or newer and point JAVA_HOME to it, or set KAFKA_BROKERS=host:port to start with an existing Kafka',
      zh: '请安装 JDK 17 或更高版本并设置 JAVA_HOME;启动时也可设置 KAFKA_BROKERS=主机:端口 使用已有的 Kafka',
    },
  },
  HUB_SETUP_MAVEN_MISSING: {
    says: () => ({
      en: 'Maven (mvn) was not found; it fetches Kafka once',
      zh: '未找到 Maven(mvn),首次获取 Kafka 需要它',
    }),
    todo: {
      en: 'install Maven 3.6 or newer, or set KAFKA_BROKERS=host:port to start with an existing Kafka',
      zh: '请安装 Maven 3.6 或更高版本;启动时也可设置 KAFKA_BROKERS=主机:端口 使用已有的 Kafka',
    },
  },
  HUB_SETUP_MAVEN_FAILED: {
    says: f => ({ en: `Maven could not fetch Kafka, see ${f.log}`, zh: `Maven 获取 Kafka 失败,详见 ${f.log}` }),
    todo: {
      en: 'check the network and the mirror in ~/.m2/settings.xml, then run the command again',
      zh: '请检查网络和 ~/.m2/settings.xml 中的镜像设置后重新执行',
    },
  },
  HUB_SETUP_DISK_FULL: {
    says: f => ({
      en: `there is not enough disk space in ${f.directory}: ${f.freeMb} MB free, ${f.neededMb} MB needed`,
      zh: `${f.directory} 磁盘空间不足:剩余 ${f.freeMb} MB,需要 ${f.neededMb} MB`,
    }),
    todo: { en: 'free some space and run the command again', zh: '请清理磁盘空间后重新执行' },
  },
  HUB_SETUP_NOT_WRITABLE: {
    says: f => ({ en: `${f.directory} cannot be written (${f.cause})`, zh: `无法写入 ${f.directory}(${f.cause})` }),
    todo: { en: 'give this user the right to write there', zh: '请为当前用户授予该目录的写权限' },
  },
  HUB_SETUP_COMMAND_UNKNOWN: {
    says: f => ({ en: `there is no command "${f.command}"`, zh: `没有命令“${f.command}”` }),
    todo: { en: 'choose one of the scripts in package.json', zh: '请使用 package.json 中的脚本' },
  },
  HUB_SETUP_STORM_OPTION: {
    says: f => ({
      en: `a storm has no option "${f.option}", or it is not a whole number`,
      zh: `混沌测试没有选项“${f.option}”,或其值不是整数`,
    }),
    todo: {
      en: 'use --messages, --rate, --seed, --hub-kills, --broker-kills, --within-minutes, each with a number',
      zh: '请使用 --messages、--rate、--seed、--hub-kills、--broker-kills、--within-minutes,各带一个整数',
    },
  },
}

/** Lines shown while a step runs; only when it takes longer than two seconds. */
export const progressMessages = {
  packages: { en: 'installing packages and Node 24 (once)', zh: '正在安装依赖和 Node 24(仅首次)' },
  node: { en: 'repairing Node 24', zh: '正在修复 Node 24' },
  kafka: { en: 'fetching Kafka, about 55 MB (once)', zh: '正在获取 Kafka,约 55 MB(仅首次)' },
}

export class SetupError extends Error {
  constructor(code, facts = {}, cause = undefined) {
    const entry = setupMessages[code]
    super(entry.says(facts).en, { cause })
    this.name = 'SetupError'
    this.code = code
    this.facts = facts
  }

  /** Chinese, then English: what is wrong, then what to do. */
  get lines() {
    const entry = setupMessages[this.code]
    const says = entry.says(this.facts)
    return [`✗ ${says.zh}。${entry.todo.zh}。`, `  ${says.en}: ${entry.todo.en}. [${this.code}]`]
  }
}
