// The author's tool: what is chosen is shown in the preview, which is the element itself, and written as a snippet.

import { PLACES } from './snippets.js';

const PAGE = new URL('./', location.href).href;
const USUAL_PANELS = ['stage', 'timeline', 'ledger'];
const find = (id) => document.getElementById(id);
const form = find('choice');
const preview = find('preview');
const given = new URLSearchParams(location.search);
let place = PLACES[0];
let scenarios = [];

const described = await preview.call('describe');
offer();
begin();
form.addEventListener('change', ({ target }) => {
  if (target.name === 'scenario') chooseScenario();
  update();
});
form.addEventListener('submit', (event) => event.preventDefault());
find('here').addEventListener('click', async () => {
  const { at } = await preview.call('pause');
  form.elements.at.value = String(Math.round(at * 100) / 100);
  form.elements.autoplay.checked = false;
  update();
});
find('copy').addEventListener('click', copy);
preview.addEventListener('resize', write);

/** Fills the lists with what there is. */
function offer() {
  scenarios = described.scenarios;
  const option = ({ id, title, name }) => Object.assign(document.createElement('option'), { value: id, textContent: title ?? name });
  form.elements.scenario.append(...scenarios.map(option));
  form.elements.pattern.append(...described.patterns.map(option));
  const panels = form.querySelector('.panels');
  for (const id of described.panels) {
    const label = document.createElement('label');
    const box = Object.assign(document.createElement('input'), { type: 'checkbox', name: 'panel', value: id });
    label.append(box, id);
    panels.append(label);
  }
  const tabs = document.querySelector('.tabs');
  for (const one of PLACES) {
    const tab = Object.assign(document.createElement('button'), { type: 'button', textContent: one.name });
    tab.dataset.place = one.id;
    tab.setAttribute('role', 'tab');
    tab.addEventListener('click', () => {
      place = one;
      write();
    });
    tabs.append(tab);
  }
}

/** Begins with what the page's own link says, if it led here. */
function begin() {
  const { elements } = form;
  const wanted = scenarios.some(({ id }) => id === given.get('scenario')) ? given.get('scenario') : 'write-behind-data-loss';
  elements.scenario.value = wanted;
  chooseScenario();
  if (described.patterns.some(({ id }) => id === given.get('pattern'))) elements.pattern.value = given.get('pattern');
  if (Number(given.get('at')) > 0) elements.at.value = given.get('at');
  if (given.get('autoplay') === '0') elements.autoplay.checked = false;
  if (['light', 'dark', 'contrast'].includes(given.get('theme'))) elements.theme.value = given.get('theme');
  if (['en', 'de'].includes(given.get('lang'))) elements.lang.value = given.get('lang');
  for (const box of form.querySelectorAll('[name=panel]')) box.checked = USUAL_PANELS.includes(box.value);
  if (given.has('run')) {
    find('whole').hidden = false;
    find('whole').textContent = 'This is a run of your own; the snippet holds all of it. Choosing a scenario takes its place.';
  }
  update();
}

function chooseScenario() {
  const { pattern, title } = scenarios.find(({ id }) => id === form.elements.scenario.value);
  form.elements.pattern.value = pattern;
  form.elements.at.value = '0';
  form.elements.label.value = `Simulation: ${title}`;
  if (form.elements.scenario.dataset.begun) given.delete('run');
  form.elements.scenario.dataset.begun = 'true';
  find('whole').hidden = true;
}

/** The parameters that differ from the usual. */
function parameters() {
  const { scenario, pattern, at, autoplay, speed, theme, lang } = form.elements;
  const own = scenarios.find(({ id }) => id === scenario.value).pattern;
  const chosen = given.has('run') ? { run: given.get('run') } : { scenario: scenario.value };
  if (!given.has('run') && pattern.value !== own) chosen.pattern = pattern.value;
  if (Number(at.value) > 0) chosen.at = at.value;
  if (!autoplay.checked) chosen.autoplay = '0';
  if (Number(speed.value) !== 1 && Number(speed.value) > 0) chosen.speed = speed.value;
  if (theme.value !== 'auto') chosen.theme = theme.value;
  if (lang.value !== 'auto') chosen.lang = lang.value;
  const panels = [...form.querySelectorAll('[name=panel]:checked')].map(({ value }) => value);
  if (panels.length > 0 && panels.join() !== USUAL_PANELS.join()) chosen.panels = panels.join();
  return chosen;
}

/** Shows what is chosen. */
function update() {
  const chosen = parameters();
  for (const name of described.parameters) {
    if (name in chosen) preview.setAttribute(name, chosen[name]);
    else if (preview.hasAttribute(name)) preview.removeAttribute(name);
  }
  const { width } = form.elements;
  preview.style.width = width.value ? `${width.value}px` : '';
  write();
}

/** Writes the snippet. */
function write() {
  const height = preview.shadowRoot.firstElementChild.offsetHeight;
  find('snippet').value = place.write({ page: PAGE, parameters: parameters(), height, label: form.elements.label.value });
  find('about').textContent = place.about;
  find('about').className = '';
  for (const tab of document.querySelectorAll('[data-place]')) tab.setAttribute('aria-selected', String(tab.dataset.place === place.id));
}

async function copy() {
  const text = find('snippet');
  try {
    await navigator.clipboard.writeText(text.value);
    find('about').textContent = 'Copied.';
    find('about').className = 'copied';
  } catch {
    text.select();
    find('about').textContent = 'The browser does not let this page copy: the text is selected.';
  }
}
