// Every acceptance scenario by its id: what it is about, what of it no program does yet (`missing`: it passes in everything
// else it says), or why it is not played at all (`open`). `npm run scenarios` prints it with what came out.

export interface Entry {
  readonly id: string;
  readonly title: string;
  readonly missing?: readonly string[];
  readonly open?: string;
}

/** What several scenarios wait for, each said once. */
const NOTICES = '逐级通知、叫应与时限 notices and duties';
const LIFE = '搁置与作业票 shelving and permits';
const CASES = '隐患闭环 cases';
const DOSSIER = '处置单内容：人数、摄像机、作业票 dossier';
const MAP = '一张图 map';
const CAP = 'CAP 进出 CAP in and out';
const DOORS = '其他协议接入 further protocols';
const KPI = '统计与在线率 rates and statistics';
const PARK = '园区分区：跨企业的一条报警 one alert across enterprises';
const NODES = '多级节点 several nodes';
const DRILLS = '演练 drills';
const PROMISE = '安全承诺 daily promise';
const BULLETINS = '公告 signed bulletins';

const not = (id: string, title: string, open: string): Entry => ({ id, title, open });

export const SCENARIOS: readonly Entry[] = [
  // ---- 1 chemicals, gas, parks
  { id: 'MHS-1', title: '液氯储罐超装：先橙后红，停料不消警，逐级降', missing: [NOTICES] },
  { id: 'MHS-2', title: '液位计失联：陈旧、离线、覆盖率', missing: [NOTICES, MAP] },
  { id: 'CHEM5-1', title: '两只氯气探头相继达二级报警', missing: [NOTICES, DOSSIER, LIFE] },
  { id: 'CHEM5-2', title: '人数网关失联时人数不归零' },
  { id: 'PARK-1', title: '上风向企业与下风向企业的氨气', missing: [PARK] },
  { id: 'PARK-2', title: '风向缺失不降级', missing: [PARK] },
  { id: 'IIOT-1', title: '三种报文同一结果', missing: [DOORS] },
  { id: 'IIOT-2', title: '网关时钟快 12 分钟', missing: [] },
  { id: 'SPECOP-1', title: '受限空间缺氧', missing: [LIFE, NOTICES] },
  { id: 'SPECOP-2', title: '便携仪失联、超时作业', missing: [LIFE, NOTICES] },
  { id: 'LPG-1', title: '餐饮燃气报警', missing: [NOTICES] },
  { id: 'LPG-2', title: '九台离线一条摘要', missing: ['大量小站的摘要 digest', KPI, MAP] },
  { id: 'EXPL-1', title: '烟花中转库高温、雷电、接地断开', missing: [NOTICES] },
  { id: 'EXPL-2', title: '断线温度 −127 ℃' },
  // ---- 2 tailings, slopes, dams, piles
  { id: 'TAIL-1', title: '四点蓝色升为一项黄色', missing: [NOTICES] },
  { id: 'TAIL-2', title: '浸润线埋深低于控制值', missing: [CASES] },
  { id: 'TAIL-3', title: '水位计卡死与失联' },
  { id: 'TAILTOP-1', title: '头顶库升一级', missing: [NOTICES] },
  { id: 'TAILTOP-2', title: '下游人口未登记按头顶库' },
  { id: 'NCM-1', title: '重点监管标志与主扇停转' },
  { id: 'NCM-2', title: '全矿停电一条网关报警', missing: [NOTICES] },
  { id: 'SLOPE-1', title: '蠕变到失稳', missing: [NOTICES, DOSSIER] },
  { id: 'SLOPE-2', title: '雷达雾天失明' },
  { id: 'DAM-1', title: '汛限水位预报', missing: [NOTICES] },
  { id: 'DAM-2', title: '三取中与偏离者' },
  { id: 'WASTEPILE-1', title: '渣土场暴雨位移', missing: [NOTICES] },
  { id: 'WASTEPILE-2', title: '夜间完整率 40 %' },
  // ---- 3 mines
  { id: 'MINE6-1', title: '压风与一氧化碳', missing: [DOSSIER, NOTICES] },
  { id: 'MINE6-2', title: '定位基站失联', missing: ['人员定位 persons located'] },
  { id: 'COALGAS-1', title: '瓦斯超限与馈电异常', missing: [KPI] },
  { id: 'COALGAS-2', title: '标校作业票', missing: [LIFE] },
  { id: 'COALGAS-3', title: '催化元件超量程闭锁' },
  { id: 'COALDIS-1', title: '自然发火标志气体' },
  { id: 'COALDIS-2', title: '束管分析缺三小时' },
  { id: 'QUAKE-1', title: '微震能量窗口', missing: [NOTICES, DOSSIER] },
  { id: 'QUAKE-2', title: '拾震器不足：至少' },
  // ---- 4 metal, dust, ammonia, health
  { id: 'METAL-1', title: '煤气一氧化碳两只', missing: [NOTICES, DOSSIER] },
  { id: 'METAL-2', title: '流量计坏质量' },
  { id: 'CAST-1', title: '铸造中旁路联锁', missing: [NOTICES] },
  { id: 'CAST-2', title: '铸造中 PLC 失联' },
  { id: 'DUSTEX-1', title: '产尘时除尘风机停', missing: [NOTICES] },
  { id: 'DUSTEX-2', title: '差压卡死' },
  { id: 'NH3-1', title: '氨机房两只与排风未启', missing: [NOTICES, DOSSIER] },
  { id: 'NH3-2', title: '氨探头 0.0 卡死' },
  { id: 'OCC-1', title: '矽尘 8 小时加权', missing: [NOTICES] },
  { id: 'OCC-2', title: '缺两小时既非零也非平均' },
  // ---- 5 pipelines, lifelines, city
  { id: 'PIPE-1', title: '压降速率与高后果区', missing: [NOTICES, MAP] },
  { id: 'PIPE-2', title: '阀室 RTU 失联', missing: [MAP] },
  { id: 'LIFE-1', title: '窨井甲烷三级', missing: [NOTICES] },
  { id: 'LIFE-2', title: '报警态下失联' },
  { id: 'CITY-1', title: '消防平台 CAP', missing: [CAP] },
  { id: 'CITY-2', title: '子平台失联', missing: [CAP, '城市指数 city index'] },
  { id: 'RAIL-1', title: '地铁口积水', missing: [CAP, NOTICES] },
  { id: 'RAIL-2', title: '积水计恒为 0' },
  { id: 'CROWD-1', title: '景区承载率', missing: [NOTICES] },
  { id: 'CROWD-2', title: '一个闸机失明' },
  { id: 'ROADMON-1', title: '覆盖率 21/22' },
  { id: 'ROADMON-2', title: '已覆盖·失联' },
  // ---- 6 fire, machines, sites, vehicles
  { id: 'FIRE-1', title: '烟感加手报', missing: [DOORS, DOSSIER] },
  { id: 'FIRE-2', title: '查岗、屏蔽、坏帧、失联', missing: [DOORS] },
  { id: 'SE-1', title: '电梯困人与开门走梯', missing: [NOTICES] },
  { id: 'SE-2', title: '热线 500 与电梯失联', missing: [NOTICES] },
  { id: 'SITE-1', title: '基坑双控', missing: [NOTICES] },
  { id: 'SITE-2', title: '全站仪缺测' },
  { id: 'VEH-1', title: '上线率 97.99 %', missing: ['大屏指标 figures on the wall'] },
  { id: 'VEH-2', title: '禁行区与静默', missing: [MAP, NOTICES] },
  // ---- 7 command, map, governance
  { id: 'MAP-1', title: '筛选与时间轴', missing: [MAP] },
  { id: 'MAP-2', title: '失联为灰', missing: [MAP] },
  { id: 'NET-1', title: '县市链路中断 40 分钟', missing: [NODES] },
  { id: 'NET-2', title: '同一企业两个来源', missing: [NODES] },
  { id: 'GRADE-1', title: '静态红与动态无', missing: [MAP] },
  { id: 'GRADE-2', title: '未评估为灰', missing: [MAP] },
  not('HID-1', '隐患七步', CASES),
  not('HID-2', '监控期无数据不得核销', CASES),
  { id: 'BIGEW-1', title: '高频报警周报', missing: [KPI] },
  { id: 'BIGEW-2', title: '样本 64 % 无基线', missing: [KPI] },
  not('ECP-1', '红色两秒送达指挥平台', NOTICES),
  not('ECP-2', '平台 503 后只送一次', NOTICES),
  not('PUB-1', '签发后多手段发布', BULLETINS),
  not('PUB-2', '气象 CAP 覆盖 12 处', CAP),
  not('DUTY-1', '交接班逐条接收', '值班交接 shifts'),
  not('DUTY-2', '无人值守的红色', NOTICES),
  { id: 'DRILL-1', title: '液氨泄漏演练', missing: [DRILLS] },
  { id: 'DRILL-2', title: '演练中的真实红色', missing: [DRILLS] },
  { id: 'SHARE-1', title: '共享率达标' },
  { id: 'SHARE-2', title: '共享率 53.3 %' },
  // ---- 8 rows to be moved in
  { id: 'TOWN-1', title: '镇街与网格员', missing: [NOTICES] },
  not('DEPT-1', '住建与应急', NOTICES),
  not('LINK-1', '下游两县', NOTICES),
  { id: 'DYN-1', title: '动态风险', missing: ['动态风险 dynamic risk', PROMISE] },
  not('INSP-1', '随机抽查', '抽查 spot checks'),
  { id: 'REGION-1', title: '汛期', missing: [BULLETINS, CAP] },
  { id: 'SCENE-1', title: '现场临时探头', missing: [MAP] },
  not('PROMISE-1', '安全承诺', PROMISE),
  not('COMM-1', '短信网关周测', NOTICES),
  { id: 'COUPLE-1', title: '雨、水位、位移耦合' },
  not('RES-1', '最近队伍', DOSSIER),
  not('DUAL-1', '措施失效', '双重预防 dual prevention'),
  { id: 'GRID-1', title: '变电站停电 140 点', missing: ['上下级抑制 parent of another plant'] },
  { id: 'SHIP-1', title: '船撞桥与 AIS 丢失', missing: [DOORS, NOTICES] },
  { id: 'SAT-1', title: 'InSAR 12 天' },
  { id: 'PORT-1 / FOREST-1', title: 'AI 事件与图片', missing: [DOORS, DOSSIER] },
  not('FISH-1', '台风与渔船', CAP),
  not('TIP-1', '12350 举报', '人工事件 manual events'),
];

export function entryOf(id: string): Entry {
  const entry = SCENARIOS.find((one) => one.id === id);
  if (entry === undefined) throw new Error(`the catalogue has no scenario ${id}`);
  return entry;
}
