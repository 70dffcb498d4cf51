/** Phone first, in the reader's own light or dark; every pair of colours has a contrast of at least 4.5 to 1. */
export const pageStyle = `
:root{color-scheme:light dark;--paper:#f6f7f9;--card:#fff;--ink:#1a2230;--soft:#535e70;--line:#d5dae2;--edge:#7b8698;--link:#1553c0;--act:#1553c0;--act-ink:#fff;--good:#11693a;--good-tint:#e8f5ed;--bad:#ab1f2b;--bad-tint:#fdecec;--open:#7a4b00;--open-tint:#fdf3dc;--todo-tint:#e9f0fd}
@media (prefers-color-scheme:dark){:root{--paper:#10141b;--card:#191f29;--ink:#e8ecf3;--soft:#a5b0c1;--line:#313a49;--edge:#7f8ba0;--link:#8fb6ff;--act:#8fb6ff;--act-ink:#0c1420;--good:#74d39b;--good-tint:#13291d;--bad:#ff9d9d;--bad-tint:#331a1d;--open:#f0c06a;--open-tint:#2e2513;--todo-tint:#182438}}
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%;scroll-padding:1rem}
body{margin:0;background:var(--paper);color:var(--ink);font:1rem/1.5 system-ui,-apple-system,"Segoe UI",Roboto,sans-serif;overflow-wrap:anywhere}
main{max-width:44rem;margin:0 auto;padding:1rem 1rem 3rem;outline:0}
h1,h2,h3,h4,p,ul,ol{margin:0 0 .6rem}
h1{font-size:1.5rem;line-height:1.25;letter-spacing:-.01em}
h2{font-size:1.2rem;line-height:1.3;margin-top:2rem}
h3{font-size:1.02rem;line-height:1.35}
h4{font-size:1rem}
a{color:var(--link);text-underline-offset:.15em}
:focus-visible{outline:3px solid var(--link);outline-offset:2px;border-radius:4px}
h1:focus,h2:focus,h4:focus{outline:0}
.off{position:absolute;width:1px;height:1px;margin:-1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
.skip{position:absolute;left:1rem;top:-4rem;background:var(--card);padding:.6rem 1rem;border-radius:0 0 8px 8px;z-index:1}
.skip:focus{top:0}
.fine,.for,.older summary{color:var(--soft);font-size:.9rem}
.icon{flex:none;width:1.25em;height:1.25em;vertical-align:-.25em;fill:none;stroke:currentColor;stroke-width:1.8;stroke-linecap:round;stroke-linejoin:round}
.icon.confirmed{color:var(--good)}.icon.denied{color:var(--bad)}.icon.inconclusive{color:var(--open)}.icon.todo{color:var(--link)}
.status{background:var(--todo-tint);border:1px solid var(--line);border-left:5px solid var(--link);border-radius:10px;padding:1rem 1.1rem .5rem;margin:0 0 1rem}
.status.done{background:var(--good-tint);border-left-color:var(--good)}
.status.refused{background:var(--bad-tint);border-left-color:var(--bad)}
.status h2{margin-top:0}
.for{margin-bottom:.15rem}
.detail{border-top:1px solid var(--line);padding-top:.6rem}
.steps{list-style:none;padding:0;counter-reset:step}
.step{counter-increment:step;background:var(--card);border:1px solid var(--line);border-radius:10px;padding:.9rem 1rem .4rem;margin-bottom:.7rem}
.step>h3{display:flex;gap:.6rem;align-items:baseline}
.step>h3::before{content:counter(step);flex:none;width:1.6rem;height:1.6rem;border-radius:50%;background:var(--todo-tint);color:var(--link);font-size:.9rem;line-height:1.6rem;text-align:center}
.once .step>h3::before{content:counter(step,lower-alpha)}
.steps:has(>:only-child)>.step>h3::before{content:none}
.menu b{font-weight:600}.menu .arrow{color:var(--soft)}
.older{margin:-.3rem 0 .5rem}
.entries{list-style:none;padding:0}
.entries li{padding:.35rem 0;border-top:1px solid var(--line)}
.entries li:first-child{border-top:0}
.set{font-weight:600;background:var(--todo-tint);border-radius:4px;padding:.05rem .4rem}
.open{background:var(--open-tint);color:var(--open);border-radius:8px;padding:.5rem .7rem}
label{display:block;font-weight:600}
input{width:100%;min-height:2.75rem;padding:.5rem .7rem;font:inherit;color:inherit;background:var(--card);border:1px solid var(--edge);border-radius:8px}
input[readonly]{font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;background:var(--paper)}
input[aria-invalid]{border:2px solid var(--bad)}
.field{margin-bottom:1rem}.field .fine{margin:0 0 .3rem}
.error{color:var(--bad);font-weight:600;margin:0 0 .3rem}
.copy{margin-bottom:.3rem}.row{display:flex;gap:.5rem}.row input{min-width:0}
.values{background:var(--todo-tint);border-radius:8px;padding:.8rem .9rem .3rem;margin-bottom:.6rem}
.values .copy{margin-bottom:.8rem}.values .row{flex-wrap:wrap}.values .row input{flex:1 1 17.5rem}
button,a.first{display:inline-block;min-height:2.75rem;padding:.55rem 1.1rem;font:inherit;font-weight:600;line-height:1.5;border-radius:8px;border:1px solid var(--act);cursor:pointer;text-decoration:none}
button[hidden]{display:none}
.first{background:var(--act);color:var(--act-ink)}
.second{background:var(--card);color:var(--link)}
button:hover,a.first:hover{filter:brightness(1.1)}
button[aria-disabled]{opacity:.75;cursor:progress}
.row button{flex:none;min-width:5.6rem}
form{margin-bottom:.6rem}
.no-answer{color:var(--bad);margin-top:.5rem}
summary{cursor:pointer;padding:.35rem 0}
summary h2,summary h3{display:inline;margin:0}
.once{margin-bottom:.7rem}
.lines{list-style:none;padding:0}
.line{background:var(--card);border:1px solid var(--line);border-left:4px solid var(--edge);border-radius:8px;padding:.7rem .9rem .2rem;margin-bottom:.5rem}
.line.denied{border-left-color:var(--bad)}.line.inconclusive{border-left-color:var(--open)}.line.confirmed{border-left-color:var(--good)}
.verdict{display:flex;gap:.5rem;align-items:flex-start}.verdict b{flex:1}
.badge{flex:none;font-size:.82rem;font-weight:600;border-radius:99px;padding:.05rem .6rem}
.denied .badge{background:var(--bad-tint);color:var(--bad)}.inconclusive .badge{background:var(--open-tint);color:var(--open)}.confirmed .badge{background:var(--good-tint);color:var(--good)}
.report h3{margin-top:1.1rem}.report summary h3{margin:0}
footer{margin-top:2.5rem;border-top:1px solid var(--line);padding-top:.8rem}
@media (min-width:40rem){main{padding-top:2rem}h1{font-size:1.75rem}.step{padding:1.1rem 1.3rem .6rem 3.6rem}.step>h3{margin-left:-2.2rem}.steps:has(>:only-child)>.step{padding-left:1.3rem}.steps:has(>:only-child)>.step>h3{margin-left:0}}
@media (prefers-reduced-motion:no-preference){.skip{transition:top .12s}}
@media print{.values,form{display:none}}
`;
