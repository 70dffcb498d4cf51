/**
 * What the page does more where scripts run: copying, answers in place, looking again while it waits. Every form
 * works without it. It runs in the reader's browser, not here.
 */
export const pageScript = `
const news = document.getElementById('news');
const main = () => document.getElementById('main');
const say = (text) => { news.textContent = ''; setTimeout(() => { news.textContent = text; }, 60); };
let timer = 0;
let busy = false;

function dress() {
  for (const time of document.querySelectorAll('time')) {
    const at = new Date(time.dateTime);
    time.title = time.textContent;
    time.textContent = at.toLocaleString([], { dateStyle: 'medium', timeStyle: 'short' });
  }
  for (const button of document.querySelectorAll('[data-copy]')) button.hidden = false;
  clearTimeout(timer);
  const seconds = Number(main().dataset.lookAgain);
  if (seconds > 0) timer = setTimeout(look, seconds * 1000);
}

const typing = () => [...document.querySelectorAll('main input:not([readonly])')]
  .some((input) => input === document.activeElement || input.value !== input.defaultValue);

function swap(page, outcome) {
  const next = page.getElementById('main');
  document.title = page.title;
  main().replaceWith(document.adoptNode(next));
  dress();
  if (outcome) (document.querySelector('[autofocus]') ?? document.querySelector('[data-outcome]'))?.focus();
  say(next.dataset.news);
}

async function read(answer) {
  // The style is here already, and that page's nonce is not this one's.
  const text = (await answer.text()).replace(/<style[^]*?<\\/style>/u, '');
  const page = new DOMParser().parseFromString(text, 'text/html');
  if (!page.getElementById('main')?.dataset.state) throw new Error('not a page of ours');
  return page;
}

async function look() {
  timer = setTimeout(look, 15000);
  if (busy || typing() || document.hidden) return;
  try {
    const page = await read(await fetch(home()));
    if (busy || typing() || page.getElementById('main').dataset.state === main().dataset.state) return;
    swap(page, main().contains(document.activeElement));
  } catch {}
}

const home = () => location.pathname.split('/').slice(0, 3).join('/');

document.addEventListener('submit', async (event) => {
  const form = event.target;
  if (form.method !== 'post') return;
  event.preventDefault();
  if (busy) return;
  busy = true;
  const button = event.submitter ?? form.querySelector('button');
  const words = button.textContent;
  button.textContent = button.dataset.busy ?? words;
  button.setAttribute('aria-disabled', 'true');
  say(button.textContent);
  try {
    const body = new URLSearchParams(new FormData(form));
    const page = await read(await fetch(form.action, { method: 'POST', body }));
    history.replaceState(null, '', home());
    swap(page, true);
  } catch {
    button.textContent = words;
    button.removeAttribute('aria-disabled');
    say('No answer came. Check your connection, then try again.');
    form.querySelector('.no-answer').hidden = false;
  } finally {
    busy = false;
  }
});

document.addEventListener('click', async (event) => {
  const button = event.target.closest?.('[data-copy]');
  if (!button) return;
  const field = document.getElementById(button.dataset.copy);
  field.select();
  let copied = true;
  try { await navigator.clipboard.writeText(field.value); } catch { copied = document.execCommand('copy'); }
  button.textContent = copied ? 'Copied' : 'Selected';
  say(copied ? button.dataset.what + ' copied' : 'Selected: press Control or Command and C');
  button.focus();
  setTimeout(() => { button.textContent = 'Copy'; }, 2500);
});

// A link may lead to what is folded away.
document.addEventListener('click', (event) => {
  const hash = event.target.closest?.('a[href^="#"]')?.hash;
  const folded = hash && document.querySelector(hash)?.closest('details');
  if (folded) folded.open = true;
});

addEventListener('pageshow', (event) => { if (event.persisted) location.reload(); });
dress();
`;
