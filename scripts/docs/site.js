// The search of the site. What it needs is loaded when somebody goes into the field. Classic scripts, so that the
// site also works when it is opened from a folder.
const input = document.querySelector('search input');
const list = document.querySelector('search ol');
const root = document.body.dataset.root;
let index = null;

const load = file =>
  new Promise((resolve, reject) => {
    const script = Object.assign(document.createElement('script'), {
      src: `${root}/site/${file}`,
      onload: resolve,
    });
    script.onerror = () => reject(new Error(`${file} cannot be loaded.`));
    document.head.append(script);
  });

async function readIndex() {
  await Promise.all([load('minisearch.js'), load('search-index.js')]);
  return window.MiniSearch.loadJSON(window.searchIndex, { fields: ['heading', 'title', 'text'] });
}

async function search() {
  index ??= readIndex();
  const found = (await index).search(input.value, {
    prefix: true,
    fuzzy: term => (term.length > 4 ? 0.2 : false),
    combineWith: 'AND',
    boost: { heading: 4, title: 2 },
  });
  list.replaceChildren(...found.slice(0, 12).map(itemOf));
  if (input.value.trim() && found.length === 0) list.append('Nothing found.');
  list.hidden = !input.value.trim();
}

function itemOf({ id, heading, title }) {
  const link = Object.assign(document.createElement('a'), { href: `${root}/${id}`, textContent: heading });
  if (heading !== title) link.append(Object.assign(document.createElement('small'), { textContent: title }));
  const item = document.createElement('li');
  item.append(link);
  return item;
}

input.addEventListener('focus', search, { once: true });
input.addEventListener('input', search);
document.addEventListener('keydown', event => {
  if (event.key === '/' && document.activeElement !== input) {
    event.preventDefault();
    input.focus();
  } else if (event.key === 'Escape') {
    input.value = '';
    list.hidden = true;
  }
});
document.addEventListener('click', event => {
  if (!event.target.closest('search')) list.hidden = true;
});
