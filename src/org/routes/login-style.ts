/** How the pages of the web login look; no file of its own, so that their policy can name it by its digest. */

export const loginStyle = `
:root {
  color-scheme: light dark;
  --ground: #f3f5f8; --card: #ffffff; --ink: #16202c; --soft: #52606d; --line: #8793a1;
  --accent: #0b5cab; --accent-hover: #084887; --on-accent: #ffffff;
  --alarm: #a3181c; --alarm-ground: #fdecea;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ground: #11161c; --card: #1b222b; --ink: #e8edf2; --soft: #a5b1be; --line: #6b7886;
    --accent: #7fb8f5; --accent-hover: #a6cdf8; --on-accent: #0b1a2a;
    --alarm: #ffb4ab; --alarm-ground: #3b1719;
  }
}
* { box-sizing: border-box; }
body {
  margin: 0; min-height: 100vh; min-height: 100dvh; padding: 1rem;
  display: flex; flex-direction: column; align-items: center; justify-content: center; gap: 1rem;
  background: var(--ground); color: var(--ink);
  font: 1rem/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif;
}
main {
  width: 100%; max-width: 25rem; padding: 2rem;
  background: var(--card); border-radius: 0.5rem; border-top: 0.25rem solid var(--accent);
  box-shadow: 0 1px 3px rgb(0 0 0 / 20%), 0 8px 24px rgb(0 0 0 / 8%);
  overflow-wrap: anywhere;
}
h1 { margin: 0 0 0.25rem; font-size: 1.5rem; line-height: 1.25; font-weight: 600; }
p { margin: 0 0 1rem; }
.lead { color: var(--soft); }
.lead strong { color: var(--ink); }
.sandbox {
  display: inline-block; margin: 0 0 0.75rem; padding: 0 0.5rem; border: 1px solid var(--line); border-radius: 1rem;
  color: var(--soft); font-size: 0.8125rem;
}
.problem {
  padding: 0.625rem 0.75rem; border-left: 0.25rem solid var(--alarm); border-radius: 0.25rem;
  background: var(--alarm-ground); color: var(--alarm);
}
code { font-family: ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; font-size: 0.875em; }
label { display: block; margin: 0 0 0.25rem; font-weight: 500; }
input {
  display: block; width: 100%; min-height: 2.75rem; margin: 0 0 1rem; padding: 0.5rem 0.75rem;
  background: var(--card); color: var(--ink); border: 1px solid var(--line); border-radius: 0.25rem; font: inherit;
}
button {
  width: 100%; min-height: 2.75rem; padding: 0.5rem 1rem; border: 1px solid var(--accent); border-radius: 0.25rem;
  background: var(--card); color: var(--accent); font: inherit; font-weight: 600; cursor: pointer;
}
button.primary { background: var(--accent); color: var(--on-accent); }
button.primary:hover { background: var(--accent-hover); border-color: var(--accent-hover); }
a { color: var(--accent); }
:focus-visible { outline: 0.1875rem solid var(--accent); outline-offset: 0.125rem; }
ul { margin: 0 0 1rem; padding-left: 1.25rem; }
.choice { display: flex; gap: 0.75rem; margin: 0 0 1rem; }
.note, footer { margin: 0; color: var(--soft); font-size: 0.8125rem; }
@media (max-width: 24rem) { main { padding: 1.5rem 1.25rem; } }
`;
