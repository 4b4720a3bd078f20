// Progressive enhancement only: every page works without this file. One section per behaviour.
const one = (selector, root = document) => root.querySelector(selector);
const all = (selector, root = document) => [...root.querySelectorAll(selector)];
document.documentElement.classList.add('js');

// What is said in answer to a press takes the focus: errors first, then what would happen.
one('[role=alert][tabindex], [data-answer]')?.focus();

// One submit only. The server has the last word (idempotency key); this saves a second request. Not where a file comes back: the page
// stays, and another may be wanted.
document.addEventListener('submit', event => {
  const form = event.target;
  if (form.method !== 'post' || 'saves' in form.dataset) return;
  if (form.dataset.sent) return event.preventDefault();
  form.dataset.sent = '1';
  event.submitter?.setAttribute('aria-disabled', 'true');
});
// Back from the next page, out of the browser's memory: the form can be sent again.
addEventListener('pageshow', event => event.persisted && all('form[data-sent]').forEach(form => {
  delete form.dataset.sent;
  all('[aria-disabled]', form).forEach(button => button.removeAttribute('aria-disabled'));
}));

// Show or hide a password.
all('[data-reveal]').forEach(button => button.addEventListener('click', () => {
  const input = document.getElementById(button.dataset.reveal), show = input.type === 'password';
  input.type = show ? 'text' : 'password';
  button.textContent = show ? button.dataset.hide : button.dataset.show;
}));

// Files that are too large are said before they are sent.
all('[data-most]').forEach(input => input.addEventListener('change', () => {
  const sizes = [...input.files].map(file => file.size);
  const fits = Math.max(0, ...sizes) <= input.dataset.most && sizes.reduce((sum, size) => sum + size, 0) <= input.dataset.together;
  if (!fits) input.value = '';
  document.getElementById(input.dataset.says).hidden = fits;
}));

// Where the reader's clock stands, for the account they make.
all('[data-zone]').forEach(input => { input.value = Intl.DateTimeFormat().resolvedOptions().timeZone ?? ''; });

// A visitor elsewhere sees below each time what their own clock will say.
const clinic = one('[data-clock]');
if (clinic) {
  const clock = zone => new Intl.DateTimeFormat(document.documentElement.lang, { timeZone: zone, weekday: 'short', hour: 'numeric', minute: '2-digit' });
  const there = clock(clinic.dataset.clock), here = clock();
  const apart = all('button[value]', clinic).filter(button => there.format(button.value * 1000) !== here.format(button.value * 1000));
  apart.forEach(button => button.append(Object.assign(document.createElement('small'), { textContent: here.format(button.value * 1000) })));
  if (apart.length) one('[data-elsewhere]').hidden = false;
}

// Arrow keys move between the days of the month; Tab works as always.
one('.cal')?.addEventListener('keydown', event => {
  const back = document.dir === 'rtl' ? 1 : -1;
  const step = { ArrowLeft: back, ArrowRight: -back, ArrowUp: -7, ArrowDown: 7 }[event.key];
  if (!step || !event.target.matches('a')) return;
  const cells = all('tbody td', event.currentTarget);
  let i = cells.indexOf(event.target.closest('td')) + step;
  while (cells[i] && !one('a', cells[i])) i += step;
  if (!cells[i]) return;
  event.preventDefault();
  one('a', cells[i]).focus();
});

// Menus: focus the first item, arrow keys move on. A browser without popover shows and hides it plainly.
all('.menu').forEach(menu => {
  const items = all('a, button', menu);
  menu.addEventListener('toggle', event => event.newState === 'open' && items[0]?.focus());
  menu.addEventListener('keydown', event => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    items[(items.indexOf(document.activeElement) + step + items.length) % items.length].focus();
  });
});
if (!('popover' in HTMLElement.prototype)) all('[popovertarget]').forEach(button => {
  const menu = document.getElementById(button.getAttribute('popovertarget'));
  const set = open => { menu.hidden = !open; button.setAttribute('aria-expanded', open); };
  set(false);
  button.addEventListener('click', () => set(menu.hidden));
});

// Progress without a socket: fetch this very page again while it has a [data-poll], slower when the server is slow.
const live = one('[data-poll]');
if (live) (async () => {
  const quarter = () => Math.floor(one('progress', live).position * 4);
  for (let wait = +live.dataset.poll, said = quarter(), next = true; next;) {
    await new Promise(go => setTimeout(go, wait));
    if (document.hidden) continue;
    const began = performance.now();
    try {
      const answer = await fetch(location.href);
      if (answer.redirected) return location.reload(); // signed out
      if (!answer.ok) throw answer;
      const page = new DOMParser().parseFromString((await answer.text()).replace(/<style.*?<\/style>/s, ''), 'text/html');
      next = one('[data-poll]', page);
      if (!next) return location.reload(); // done: buttons and rows are others now
      live.innerHTML = next.innerHTML;
      document.title = page.title;
      if (quarter() > said) one('[data-say]').textContent = one('h2', live).textContent;
      said = quarter();
      wait = Math.max(live.dataset.poll, 10 * (performance.now() - began));
    } catch { wait *= 2; }
  }
})();
