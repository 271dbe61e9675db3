// Style of the report page: one column, print first, state by word and shape as well as by colour.

export const pageStyle = `
:root{color-scheme:light;--ink:#1c2430;--soft:#5b6675;--line:#d9dee5;--ok:#1b7a43;--bad:#b3261e;--wait:#8a5a00;--paper:#fff;--ground:#f4f6f8}
*{box-sizing:border-box}
body{margin:0;background:var(--ground);color:var(--ink);font:16px/1.6 system-ui,"PingFang SC","Microsoft YaHei","Noto Sans CJK SC",sans-serif}
main{max-width:62rem;margin:0 auto;padding:2rem 1.25rem}
span[lang=en]{color:var(--soft);font-size:.86em}
h1{margin:.1em 0 .4em;font-size:1.7rem;line-height:1.3}
h2{margin:2.2rem 0 .8rem;font-size:1.2rem}
h3{margin:0 0 .3rem;font-size:1.02rem}
p{margin:.25rem 0}
code{font:.82em ui-monospace,Consolas,monospace;color:var(--soft)}
.kind{color:var(--soft);margin:0}
.verdict{display:inline-block;padding:.3rem .9rem;border:2px solid currentColor;border-radius:.4rem;font-weight:700;font-size:1.1rem}
.verdict span{color:inherit}
.passed{--tone:var(--ok)}.failed{--tone:var(--bad)}.running,.stopped{--tone:var(--wait)}.pending,.skipped{--tone:var(--soft)}
.verdict,.badge{color:var(--tone)}
dl{display:grid;grid-template-columns:repeat(auto-fit,minmax(15rem,1fr));gap:.6rem 1.5rem;margin:1.2rem 0 0}
dt{color:var(--soft);font-size:.85rem}dd{margin:0;font-weight:600}
article{background:var(--paper);border:1px solid var(--line);border-left:5px solid var(--tone);border-radius:.4rem;padding:.9rem 1.1rem;margin:.8rem 0;break-inside:avoid}
.badge{font-weight:700;margin-right:.4rem}.badge span{color:inherit}
.turn,.why{color:var(--soft);font-size:.9rem}
.finding{background:#fdf1f0;border-radius:.3rem;padding:.6rem .8rem;margin:.6rem 0}
.missing li{margin:.3rem 0}.missing a{color:var(--bad);text-decoration:none}
table{width:100%;border-collapse:collapse;font-size:.86rem;margin-top:.6rem}
caption{text-align:left;color:var(--soft)}
td{border-top:1px solid var(--line);padding:.3rem .6rem .3rem 0;vertical-align:top}
.at{white-space:nowrap}.id{font:.85em ui-monospace,Consolas,monospace;color:var(--soft);word-break:break-all}
footer{margin:2rem 0 0;color:var(--soft);font-size:.85rem}
@media print{body{background:#fff;font-size:11pt}main{padding:0;max-width:none}article{break-inside:avoid}a{color:inherit}}
`
