"""The style sheet of the sandbox's pages, which is part of each page."""

from __future__ import annotations

STYLE = """
:root {
  color-scheme: light dark;
  --ground: #eef1f5; --card: #ffffff; --line: #d5dce5; --text: #1b2430; --soft: #566273;
  --accent: #1f5fbf; --accent-text: #ffffff; --mark: #7a4b00; --mark-ground: #fff1d6;
  --warn: #a3261c;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ground: #12161c; --card: #1b212a; --line: #36404d; --text: #e8edf3; --soft: #a3b0bf;
    --accent: #7fb2ff; --accent-text: #0d1a2b; --mark: #ffd48a; --mark-ground: #3a2c10;
    --warn: #ff9d94;
  }
}
* { box-sizing: border-box; }
body {
  margin: 0; min-height: 100vh; padding: 2rem 1rem; background: var(--ground);
  color: var(--text); font: 16px/1.5 system-ui, "Segoe UI", "Noto Sans", sans-serif;
  display: flex; flex-direction: column; align-items: center; justify-content: center;
}
main {
  width: 100%; max-width: 28rem; padding: 2rem clamp(1.2rem, 6vw, 2rem); background: var(--card);
  border: 1px solid var(--line); border-radius: 12px;
  box-shadow: 0 8px 28px rgba(15, 25, 40, .07);
}
.mark {
  display: inline-block; margin: 0 0 1.25rem; padding: .15rem .7rem; border-radius: 999px;
  background: var(--mark-ground); color: var(--mark); font-size: .8rem; font-weight: 600;
}
h1 {
  margin: 0 0 .6rem; font-size: 1.35rem; line-height: 1.3; overflow-wrap: break-word;
  text-wrap: balance;
}
strong { color: var(--text); }
p { margin: 0 0 1rem; color: var(--soft); overflow-wrap: anywhere; }
label { display: block; margin: 1rem 0 .3rem; font-weight: 600; font-size: .9rem; }
input {
  width: 100%; padding: .6rem .75rem; border: 1px solid var(--line); border-radius: 8px;
  background: var(--ground); color: inherit; font: inherit;
}
button {
  width: 100%; margin-top: 1.25rem; padding: .65rem 1rem; border-radius: 8px; cursor: pointer;
  border: 1px solid var(--accent); background: var(--accent); color: var(--accent-text);
  font: inherit; font-weight: 600;
}
button.quiet { margin-top: .75rem; background: none; color: var(--accent); }
input:focus-visible, button:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
dl { margin: 1.25rem 0 .25rem; border-top: 1px solid var(--line); }
dl div {
  display: flex; justify-content: space-between; gap: 1rem; padding: .6rem 0;
  border-bottom: 1px solid var(--line);
}
dt { color: var(--soft); white-space: nowrap; }
dd { margin: 0; text-align: right; overflow-wrap: anywhere; }
.code {
  margin: 1.25rem 0; padding: .75rem; border: 1px dashed var(--line); border-radius: 8px;
  color: var(--text); font: 600 1.6rem/1.2 ui-monospace, monospace; letter-spacing: .12em;
  text-align: center;
}
.complaint { margin: 1rem 0 0; color: var(--warn); font-weight: 600; }
/* Names with hyphens, which lines would be broken at. */
span { display: inline-block; max-width: 100%; }
footer { margin-top: 1.25rem; color: var(--soft); font-size: .85rem; text-align: center; }
"""
