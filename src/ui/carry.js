// Pictures of the stage to carry away: SVG, PNG, and a film of the seconds that follow. Loaded when somebody asks for one.
//
// A picture is the stage itself, with the page's styles, inside an SVG. A film is one such picture after the other, each at
// the time that it shows, so a slow machine takes longer and drops nothing.

(() => {
  'use strict';

  const FRAMES_A_SECOND = 20;
  const FILM_SECONDS = 5;
  const SHARPNESS = 2;

  const state = () => window.cachescope.call('state');
  const settled = () => new Promise((then) => requestAnimationFrame(() => requestAnimationFrame(then)));

  /** The page's style sheets as one text. */
  function styles() {
    const texts = [...document.styleSheets].flatMap((sheet) => [...sheet.cssRules].map((rule) => rule.cssText));
    return `${texts.join('\n')}\n*, *::before, *::after { animation: none !important; transition: none !important }`;
  }

  /** A copy of the stage in which what was drawn on canvases is images. */
  function copied(stage) {
    const copy = stage.cloneNode(true);
    const canvases = [...copy.querySelectorAll('canvas')];
    [...stage.querySelectorAll('canvas')].forEach((canvas, place) => {
      const image = document.createElement('img');
      for (const { name, value } of canvas.attributes) image.setAttribute(name, value);
      if (canvas.width && canvas.height) image.src = canvas.toDataURL();
      canvases[place].replaceWith(image);
    });
    return copy;
  }

  /** The stage as it is now, as an SVG that needs nothing else. */
  function svgOf(stage) {
    const { width, height } = stage.getBoundingClientRect();
    const root = document.documentElement;
    const page = document.createElement('div');
    page.className = 'page theatre';
    page.style.cssText = `all: revert; margin: 0; padding: 0; border: 0; width: ${width}px; height: ${height}px; background: ${getComputedStyle(document.body).backgroundColor}; font: ${getComputedStyle(document.body).font}; color: ${getComputedStyle(document.body).color}`;
    const sprite = document.querySelector('symbol')?.closest('svg');
    if (sprite) page.append(sprite.cloneNode(true));
    page.append(copied(stage));
    const style = document.createElement('style');
    style.textContent = styles();
    page.prepend(style);
    const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
    svg.setAttribute('width', width);
    svg.setAttribute('height', height);
    svg.setAttribute('viewBox', `0 0 ${width} ${height}`);
    if (root.dataset.theme) svg.dataset.theme = root.dataset.theme;
    svg.style.colorScheme = matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light';
    if (root.dataset.theme === 'light' || root.dataset.theme === 'dark') svg.style.colorScheme = root.dataset.theme;
    const inside = document.createElementNS('http://www.w3.org/2000/svg', 'foreignObject');
    inside.setAttribute('width', width);
    inside.setAttribute('height', height);
    inside.append(page);
    svg.append(inside);
    return new XMLSerializer().serializeToString(svg);
  }

  /** Draws the stage as it is now. */
  async function paint(canvas, stage) {
    const image = new Image();
    image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(svgOf(stage))}`;
    await image.decode();
    const { width, height } = stage.getBoundingClientRect();
    const [wide, high] = [Math.round(width * SHARPNESS), Math.round(height * SHARPNESS)];
    if (canvas.width !== wide || canvas.height !== high) Object.assign(canvas, { width: wide, height: high });
    canvas.getContext('2d').drawImage(image, 0, 0, wide, high);
  }

  async function film(stage, tell) {
    const canvas = document.createElement('canvas');
    await paint(canvas, stage);
    const stream = canvas.captureStream(0);
    const [track] = stream.getVideoTracks();
    const recorder = new MediaRecorder(stream, { mimeType: 'video/webm', videoBitsPerSecond: 6_000_000 });
    const parts = [];
    recorder.ondataavailable = ({ data }) => parts.push(data);
    const done = new Promise((then) => { recorder.onstop = then; });
    const before = await state();
    await window.cachescope.call('pause');
    recorder.start();
    const frames = FRAMES_A_SECOND * FILM_SECONDS;
    for (let frame = 0; frame < frames; frame += 1) {
      const at = Math.min(before.at + (frame / FRAMES_A_SECOND) * before.speed, before.end);
      await window.cachescope.call('seek', { at });
      await settled();
      const began = performance.now();
      await paint(canvas, stage);
      track.requestFrame();
      tell(`${Math.round((100 * frame) / frames)} %`);
      // The recorder goes by the clock: each picture lasts as long as it took to make, but no less than its share.
      await new Promise((then) => setTimeout(then, Math.max(0, 1000 / FRAMES_A_SECOND - (performance.now() - began))));
    }
    recorder.stop();
    await done;
    await window.cachescope.call('seek', { at: before.at });
    return new Blob(parts, { type: 'video/webm' });
  }

  async function made(format, stage, tell) {
    if (format === 'svg') return new Blob([svgOf(stage)], { type: 'image/svg+xml' });
    if (format === 'webm') return film(stage, tell);
    const canvas = document.createElement('canvas');
    await paint(canvas, stage);
    return new Promise((then) => canvas.toBlob(then, 'image/png'));
  }

  function save(blob, name) {
    const link = document.createElement('a');
    link.href = URL.createObjectURL(blob);
    link.download = name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
  }

  async function carry(button) {
    const stage = document.querySelector('.stage');
    if (!stage || button.disabled) return;
    const name = button.textContent;
    button.disabled = true;
    try {
      save(await made(button.dataset.carry, stage, (news) => { button.textContent = news; }), `cachescope.${button.dataset.carry}`);
    } catch (problem) {
      console.warn('Cachescope could not make the picture:', problem);
      button.title = `This browser can't make it: ${problem.message ?? problem}`;
    } finally {
      button.disabled = false;
      button.textContent = name;
    }
  }

  document.addEventListener('click', ({ target }) => {
    const button = target.closest?.('[data-carry]');
    if (button) carry(button);
  });
  const first = document.querySelector('[data-carry][data-first]');
  if (first) carry(first);
})();
