// A walk through all that the page can show, for tests that look at every text.

import { call, part } from './visit.mjs';

const LIMIT = { timeout: 60_000 };
const FEW_SECONDS = 1.3;

/** Waits until the page has drawn what it was asked for. */
const drawn = (page, frames = 2) =>
  page.evaluate(async (frames) => {
    for (let frame = 0; frame < frames; frame += 1) await new Promise((done) => requestAnimationFrame(done));
  }, frames);

async function seek(page, at) {
  await call(page, 'seek', { at });
  await drawn(page);
}

/** Goes through the run that is shown in steps of a few seconds. */
async function goThrough(page, step = FEW_SECONDS) {
  const { end } = await call(page, 'state');
  for (let at = 0; at < end; at += step) await seek(page, at);
  await seek(page, end);
}

/** Presses whatever a locator finds, one after the other, and looks at what that opens. */
async function pressEach(page, locator, limit = 40) {
  // What is pressed may take others off the page.
  for (let place = 0; place < Math.min(await locator.count(), limit); place += 1) {
    const one = locator.nth(place);
    if (!(await one.isVisible())) continue;
    await one.evaluate((element) => element.click());
    await drawn(page);
  }
}

/** A lost write and a read, followed from step to step. */
async function journey(open) {
  const page = await open('scenario=write-behind-data-loss&autoplay=0&at=26');
  for (const scenario of ['write-behind-data-loss', 'everyday']) {
    await call(page, 'load', { scenario });
    await seek(page, 26);
    const followed = part(page, 'losses').locator('button');
    for (let place = 0; place < Math.min(await followed.count(), 3); place += 1) {
      await followed.nth(place).evaluate((button) => button.click());
      await page.waitForTimeout(700);
    }
  }
  await page.close();
}

/** The first thing that a visitor sees, and the loss to which it leads. */
async function firstScreen(open) {
  const page = await open('autoplay=0');
  await goThrough(page, 0.5);
  await part(page, 'cta').click();
  await call(page, 'pause');
  await goThrough(page, 0.5);
  await pressEach(page, part(page, 'cta'));
  await page.close();
}

/** Ready scenarios, from their beginning to their end, with their marks explained. */
async function scenarios(open, ids) {
  const page = await open('autoplay=0');
  for (const scenario of ids) {
    await call(page, 'load', { scenario });
    await goThrough(page);
    await pressEach(page, page.locator('.mark'), 6);
  }
  await page.close();
}

/** Every pattern at its everyday work and in the scenes of loss and of stale reads. */
async function patterns(open, ids) {
  const page = await open('autoplay=0');
  for (const pattern of ids) {
    for (const scenario of ['everyday', 'stale-read', 'write-behind-data-loss']) {
      await call(page, 'load', { scenario, pattern });
      await goThrough(page, 2.1);
    }
  }
  await page.close();
}

/** All that can be done to actors and messages, by the menus and by messages. */
async function faults(open, { faults: list }) {
  const page = await open('scenario=write-behind-data-loss&autoplay=0&at=4.2');
  await part(page, 'break-more').click();
  await drawn(page);
  await pressEach(page, page.locator('.actor__head'));
  for (const at of [1.2, 2.5, 4.2, 6.4]) {
    await seek(page, at);
    await pressEach(page, page.locator('.packet__grip'), 4);
    await page.keyboard.press('Escape');
  }
  for (const { id, targets } of list) {
    for (const target of targets ?? [undefined]) {
      for (const pattern of ['write-behind', 'read-through']) {
        await call(page, 'load', { scenario: 'everyday', pattern });
        await call(page, 'inject', { fault: id, target, at: 3 }).catch(() => {});
        await seek(page, 3.05);
        await part(page, 'break-more').click();
        await seek(page, 9);
        await seek(page, 30);
        await pressEach(page, page.locator('.mark'), 3);
      }
    }
  }
  await page.close();
}

/** Settings, and what each of them is called once it has been turned. */
async function settings(open, ids) {
  const page = await open('autoplay=0');
  for (const pattern of ids) {
    await call(page, 'load', { scenario: 'everyday', pattern });
    const panel = part(page, 'settings');
    await panel.locator('details').evaluate((details) => { details.open = true; });
    await pressEach(page, panel.getByRole('switch'));
    for (const slider of await panel.locator('.slider').all()) {
      await slider.evaluate((element) => {
        for (const value of [element.min, element.max]) {
          element.value = value;
          element.dispatchEvent(new Event('input', { bubbles: true }));
        }
        element.dispatchEvent(new Event('change', { bubbles: true }));
      });
    }
    await drawn(page);
    await goThrough(page, 5);
  }
  await page.close();
}

async function type(page, command) {
  const input = part(page, 'console-text');
  await input.fill(command);
  await input.press('Enter');
  await page.waitForTimeout(150);
}

/** The keyboard's sheet, the console, the log, refusals, and whatever else stands around the stage. */
async function tools(open) {
  const page = await open('scenario=everyday&autoplay=0&at=3&pattern=nowhere&lang=xx&seed=x&at=y&speed=z&embed=2&theme=q&panels=w&compare=v&origins=*&colour=1&lesson=a%20b');
  await page.keyboard.press('?');
  await drawn(page);
  await page.keyboard.press('Escape');
  for (let turn = 0; turn < 4; turn += 1) await page.keyboard.press('t');
  for (const command of ['SET greeting hello', 'GET product:1', 'HELP', 'NOSUCH', 'EXPIRE', 'DEL product:1']) await type(page, command);
  await part(page, 'console-text').fill('SE');
  await drawn(page);
  await part(page, 'console-text').fill('EXPIRE product:1 ');
  await drawn(page);
  await page.locator('summary').evaluateAll((all) => all.forEach((one) => { one.parentElement.open = true; }));
  await pressEach(page, part(page, 'log').locator('[data-carry], input, summary'));
  await part(page, 'share').click();
  await drawn(page);
  await part(page, 'undo').evaluate((button) => button.click());
  await drawn(page);
  await pressEach(page, part(page, 'stop'));
  await call(page, 'play');
  await page.waitForTimeout(600);
  await page.close();
}

/** Comparisons, cures and futures. */
async function beside(open, ids) {
  const page = await open(`scenario=write-behind-data-loss&at=26&autoplay=0&compare=${ids.slice(0, 4).join(',')}`);
  await page.waitForTimeout(800);
  await pressEach(page, part(page, 'compare-toggle'));
  await pressEach(page, part(page, 'compare').locator('button'), 20);
  await call(page, 'inject', { fault: 'crash', target: 'cache', at: 7 });
  await call(page, 'command', { text: 'FLUSHALL' });
  await page.waitForTimeout(1_200);
  for (const scenario of ['stampede', 'stampede-leases', 'stale-fill', 'write-behind-durable']) {
    await call(page, 'load', { scenario }).catch(() => {});
    await seek(page, 12);
    await page.waitForTimeout(900);
  }
  await page.close();
}

/** The sequence diagram, and the search for the shortest run that fails. */
async function sequence(open) {
  const page = await open('scenario=stale-fill&at=13&autoplay=0');
  for (const scenario of ['stale-fill', 'write-behind-data-loss', 'everyday']) {
    await call(page, 'load', { scenario });
    await seek(page, 13);
    const panel = part(page, 'sequence');
    await panel.scrollIntoViewIfNeeded();
    await panel.locator('.seq__row').first().waitFor(LIMIT);
    await page.waitForTimeout(500);
    const hunts = panel.locator('.hunt button');
    if (await hunts.count()) {
      await hunts.first().evaluate((button) => button.click());
      await page.waitForTimeout(2_500);
    }
  }
  await page.close();
}

/** The claims of all patterns with their evidence. */
async function claims(open) {
  const page = await open('autoplay=0');
  const panel = part(page, 'claims');
  await panel.scrollIntoViewIfNeeded();
  await panel.locator('li').first().waitFor(LIMIT);
  await panel.locator('input').check();
  await page.waitForTimeout(12_000);
  await page.close();
}

/** The selection guide, ranked. */
async function guide(open) {
  const page = await open('autoplay=0');
  const panel = part(page, 'guide');
  await panel.scrollIntoViewIfNeeded();
  const rank = panel.locator('[data-ask=rank]');
  await rank.waitFor(LIMIT);
  await rank.click();
  await panel.locator('[data-ask^=watch]').first().waitFor(LIMIT);
  await page.close();
}

/** The lab: its fields, a run, a sweep, crashes and recorded traffic. */
async function lab(open) {
  const page = await open('scenario=write-behind-data-loss&autoplay=0');
  const panel = part(page, 'lab');
  await panel.scrollIntoViewIfNeeded();
  await panel.locator('[data-ask]').first().waitFor(LIMIT);
  const asks = await panel.locator('button[data-ask]').evaluateAll((all) => all.map((one) => one.dataset.ask));
  for (const ask of asks) {
    const button = panel.locator(`button[data-ask="${ask}"]`).first();
    if (!(await button.count()) || !(await button.isEnabled())) continue;
    await button.click();
    await panel.locator('progress').waitFor({ timeout: 3_000 }).catch(() => {});
    await panel.locator('progress').waitFor({ state: 'detached', ...LIMIT });
  }
  await panel.locator('[name="xs"]').fill('nothing');
  await panel.locator('button[data-ask]').first().click();
  await page.waitForTimeout(500);
  const lines = ['OK'];
  for (let number = 0; number < 900; number += 1) {
    lines.push(`${(1_700_000_000 + number / 200).toFixed(6)} [0 127.0.0.1:6000] ${number % 5 ? `"GET" "user:${number % 41}"` : `"SET" "user:${number % 41}" "a" "EX" "30"`}`);
  }
  await part(page, 'lab-file').setInputFiles({ name: 'monitor.log', mimeType: 'text/plain', buffer: Buffer.from(`${lines.join('\n')}\nhalf a li`) });
  await part(page, 'lab-traffic').waitFor(LIMIT);
  const replays = panel.locator('button[data-ask]');
  for (const ask of await replays.evaluateAll((all) => all.map((one) => one.dataset.ask))) {
    if (asks.includes(ask)) continue;
    await panel.locator(`button[data-ask="${ask}"]`).first().click();
    await page.waitForTimeout(1_500);
  }
  await page.close();
}

/** The lessons' list, and a lesson's own words. */
async function lessons(open) {
  const page = await open('autoplay=0');
  await part(page, 'lessons-button').click();
  await page.locator('.lessons__open').first().waitFor(LIMIT);
  await page.locator('.lessons__open').first().click();
  await page.waitForTimeout(800);
  await page.close();
}

/** The page as part of another. */
async function embedded(open) {
  const page = await open('embed=1&lang=de&autoplay=0&scenario=write-behind-data-loss&panels=stage,timeline,ledger,losses,code,faults,settings,log');
  await goThrough(page, 3);
  await page.close();
}

/** The walk's parts by name; each is given `open(query)`, which opens the page, and what the page says of itself. */
export const WALK = {
  firstScreen,
  journey,
  scenarios: (open, about) => scenarios(open, about.scenarios.map(({ id }) => id)),
  patterns: (open, about) => patterns(open, about.patterns.map(({ id }) => id)),
  faults,
  settings: (open, about) => settings(open, about.patterns.map(({ id }) => id)),
  tools,
  beside: (open, about) => beside(open, about.patterns.map(({ id }) => id)),
  sequence,
  claims,
  guide,
  lab,
  lessons,
  embedded,
};
