// People proposed while somebody types into the search box of a staff page. Without this the box leads to a page with whom it found.
const form = document.querySelector('form[data-suggest]'), box = form?.querySelector('input[type=search]'), list = form?.querySelector('[role=listbox]');
let asked = '', answer, at = -1;

const options = () => [...list.children];
const mark = to => {
  options()[at]?.removeAttribute('aria-selected');
  at = to;
  const one = options()[at];
  one?.setAttribute('aria-selected', 'true');
  one ? box.setAttribute('aria-activedescendant', one.id) : box.removeAttribute('aria-activedescendant');
  one?.scrollIntoView({block: 'nearest'});
};
const show = open => {
  list.hidden = !open;
  box.setAttribute('aria-expanded', open);
  mark(-1);
};
const look = async () => {
  const words = box.value.trim();
  if (words === asked) return;
  asked = words;
  answer?.abort();
  if (words.length < 2) return show(false);
  answer = new AbortController();
  try {
    const said = await fetch(`${form.dataset.suggest}${form.dataset.suggest.includes('?') ? '&' : '?'}q=${encodeURIComponent(words)}`, {signal: answer.signal});
    if (!said.ok || said.redirected) return show(false);
    list.innerHTML = await said.text();
    show(list.children.length > 0 && document.activeElement === box);
  } catch { /* typed on, or no network: the button still works */ }
};

if (box) {
  box.setAttribute('role', 'combobox');
  box.setAttribute('aria-autocomplete', 'list');
  box.setAttribute('aria-controls', list.id);
  box.setAttribute('aria-expanded', 'false');
  let wait;
  box.addEventListener('input', () => { clearTimeout(wait); wait = setTimeout(look, 150); });
  box.addEventListener('keydown', event => {
    const many = list.hidden ? 0 : options().length;
    if (event.key === 'Escape' && many) { show(false); event.preventDefault(); }
    if (!many) return;
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault();
      mark((at + (event.key === 'ArrowDown' ? 1 : at < 0 ? 0 : -1) + many) % many);
    }
    if (event.key === 'Enter' && at >= 0) { event.preventDefault(); location.href = options()[at].href; }
  });
  form.addEventListener('focusout', event => { if (!form.contains(event.relatedTarget)) show(false); });
}
