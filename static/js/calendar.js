// The calendar, beyond what works without: other people's changes by themselves, and moving by dragging (which leads to a page that asks).
const one = (selector, root = document) => root.querySelector(selector);
const main = one('main'), news = one('[data-news]'), note = news?.firstElementChild, said = news?.lastElementChild;
let fresh, dragged;

// Whoever was in the calendar stays where they were: on what they were on, or beside it, when that is gone.
const show = () => {
  const old = one('[data-calendar]'), had = document.activeElement, left = one('.scroll', old)?.scrollLeft;
  const links = [...old.querySelectorAll('a')], inside = old.contains(had) || note.contains(had);
  old.outerHTML = fresh;
  note.hidden = true;
  said.textContent = one('span', note).textContent;
  const box = one('[data-calendar] .scroll'), now = [...one('[data-calendar]').querySelectorAll('a')];
  if (box) box.scrollLeft = left;
  if (!inside) return;
  const same = now.find(a => a.getAttribute('href') === had.getAttribute('href'));
  (same ?? now[Math.min(links.indexOf(had), now.length - 1)] ?? box)?.focus({ preventScroll: true });
};
// Somebody is in the middle of something: a form that was touched, a menu that is open, an appointment on its way.
const busy = () => dragged || document.activeElement?.closest('main form') || one(':popover-open, details[open]', main);
note?.querySelector('button').addEventListener('click', show);

if (news) (async () => {
  for (let wait = 12000; ;) {
    await new Promise(go => setTimeout(go, wait));
    if (document.hidden) continue;
    said.textContent = '';
    const began = performance.now(), asked = new URLSearchParams(location.search);
    asked.set('mark', one('[data-calendar]').dataset.calendar);
    try {
      const answer = await fetch(`calendar/state?${asked}`);
      if (answer.redirected) return location.reload(); // signed out
      if (!answer.ok) throw answer;
      if (answer.status === 200) {
        fresh = await answer.text();
        busy() ? note.hidden = false : show();
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
