// The snippet for each place where a simulation can stand. `choice` has the page's address, the parameters that differ from the
// usual, a height in pixels and a label.

/** The places, in the order in which they are offered. */
export const PLACES = [
  { id: 'element', name: 'Custom element', about: 'In any page whose head may have a script. Its height follows what it shows.', write: element },
  { id: 'iframe', name: 'Iframe', about: 'Where no script may be added.', write: iframe },
  { id: 'markdown', name: 'Markdown', about: 'A link, for Markdown that allows no HTML.', write: markdown },
  { id: 'mdbook', name: 'mdBook', about: 'In a chapter, with an empty line before and after. The script once in each chapter.', write: mdbook },
  { id: 'docusaurus', name: 'Docusaurus', about: 'In an MDX page; the script in docusaurus.config.js.', write: docusaurus },
  { id: 'vitepress', name: 'VitePress', about: 'In a page; the script and the element’s name in .vitepress/config.mjs.', write: vitepress },
  { id: 'reveal', name: 'reveal.js', about: 'A slide. It loads when the slide is shown.', write: reveal },
  { id: 'moodle', name: 'Moodle, LMS', about: 'In the HTML view of the editor.', write: moodle },
];

/** The address that a choice opens, as part of another page or by itself. */
export function addressOf({ page, parameters }, embed = true) {
  const address = new URL(page);
  address.search = '';
  if (embed) address.searchParams.set('embed', '1');
  for (const [name, value] of Object.entries(parameters)) address.searchParams.set(name, value);
  // Browsers take these as they are, and a person can read them.
  return address.href.replaceAll('%2C', ',');
}

export function escapeHtml(text) {
  return String(text).replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

const attributes = (pairs) => pairs.map(([name, value]) => ` ${name}="${escapeHtml(value)}"`).join('');
const scriptOf = (page) => new URL('cache-scope.js', page).href;
const scriptTag = (page) => `<script src="${escapeHtml(scriptOf(page))}" defer></script>`;

function tag({ parameters, height, label }) {
  return `<cache-scope${attributes([...Object.entries(parameters), ['height', height], ['label', label]])}></cache-scope>`;
}

function element(choice) {
  return `${scriptTag(choice.page)}\n${tag(choice)}\n`;
}

function iframe(choice) {
  const { height, label } = choice;
  return `<iframe${attributes([['src', addressOf(choice)], ['title', label], ['width', '100%'], ['height', height], ['loading', 'lazy']])} frameborder="0"></iframe>\n`;
}

function markdown(choice) {
  const label = choice.label.replaceAll(/([[\]\\])/g, '\\$1');
  return `[${label}](${addressOf(choice, false).replaceAll('(', '%28').replaceAll(')', '%29')})\n`;
}

function mdbook(choice) {
  return `${scriptTag(choice.page)}\n\n${tag(choice)}\n`;
}

function docusaurus(choice) {
  return `${tag(choice)}\n\n{/* docusaurus.config.js:\n  scripts: [{ src: ${JSON.stringify(scriptOf(choice.page))}, defer: true }],\n*/}\n`;
}

function vitepress(choice) {
  const config = [
    'export default {',
    `  head: [['script', { src: ${JSON.stringify(scriptOf(choice.page))}, defer: '' }]],`,
    "  vue: { template: { compilerOptions: { isCustomElement: (name) => name === 'cache-scope' } } },",
    '};',
  ];
  return `${tag(choice)}\n\n<!-- .vitepress/config.mjs:\n${config.join('\n')}\n-->\n`;
}

function reveal(choice) {
  const { height, label } = choice;
  const frame = attributes([['data-src', addressOf(choice)], ['title', label], ['width', '100%'], ['height', height]]);
  return `<section>\n  <h3>${escapeHtml(label)}</h3>\n  <iframe${frame} data-preload></iframe>\n</section>\n`;
}

function moodle(choice) {
  const { height, label } = choice;
  const frame = attributes([['src', addressOf(choice)], ['title', label], ['width', '100%'], ['height', height], ['loading', 'lazy'], ['allowfullscreen', 'allowfullscreen']]);
  return `<div class="no-overflow"><iframe${frame}></iframe></div>\n<p><a href="${escapeHtml(addressOf(choice, false))}" target="_blank" rel="noopener">${escapeHtml(label)}</a></p>\n`;
}
