// The calendar, beyond what works without: other people's changes by themselves, and moving by dragging (which leads to a page that asks).
const one = (selector, root = document) => root.querySelector(selector);
const main = one('main'), news = one('[data-news]');
let fresh, dragged;

const show = () => {
  const had = document.activeElement?.closest('[data-calendar] a')?.getAttribute('href');
  one('[data-calendar]').outerHTML = fresh;
  news.hidden = true;
  if (had) one(`[data-calendar] a[href="${had}"]`)?.focus();
};
// Somebody is in the middle of something: a form that was touched, a menu that is open, an appointment on its way.
const busy = () => dragged || document.activeElement?.closest('main form') || one(':popover-open, details[open]', main);
news?.querySelector('button').addEventListener('click', show);

if (news) (async () => {
  for (let wait = 12000; ;) {
    await new Promise(go => setTimeout(go, wait));
    if (document.hidden) continue;
    const began = performance.now(), asked = new URLSearchParams(location.search);
    asked.set('mark', one('[data-calendar]').dataset.calendar);
    try {
      const answer = await fetch(`calendar/state?${asked}`);
      if (answer.redirected) return location.reload(); // signed out
      if (!answer.ok) throw answer;
      if (answer.status === 200) {
        fresh = await answer.text();
        busy() ? news.hidden = false : show();
      }
      wait = Math.max(12000, 10 * (performance.now() - began));
    } catch { wait = Math.min(2 * wait, 120000); }
  }
})();

// An appointment or a group dropped on free time: the page that moves it, with that time chosen.
main.addEventListener('dragstart', event => { dragged = event.target.closest?.('a[href^="appointments/"],a[href^="groups/"]')?.href; });
main.addEventListener('dragend', () => { dragged = null; one('.over')?.classList.remove('over'); });
main.addEventListener('dragover', event => {
  const free = dragged && event.target.closest?.('.free');
  one('.over')?.classList.remove('over');
  if (!free) return;
  free.classList.add('over');
  event.preventDefault();
});
main.addEventListener('drop', event => {
  const free = dragged && event.target.closest('.free');
  if (!free) return;
  event.preventDefault();
  location.href = dragged + '/move?' + free.href.split('?')[1];
});
