// The console: Redis commands at the playhead, which are part of the run.

import assert from 'node:assert/strict';
import { call, pageTest, part } from './harness/index.mjs';

const QUERY = 'pattern=cache-aside&scenario=everyday&autoplay=0';

async function type(page, command) {
  const input = part(page, 'console-text');
  await input.fill(command);
  await input.press('Enter');
}

/** The exchanges as they are shown: `{command, reply, later}`; waits until there are so many. */
async function exchanges(page, count) {
  const shown = part(page, 'exchange');
  await shown.nth(count - 1).waitFor({ timeout: 5_000 });
  return shown.evaluateAll((all) =>
    all.map((one) => ({
      command: one.querySelector('.exchange__command span').textContent,
      reply: one.querySelector('.exchange__reply')?.textContent ?? null,
      later: one.dataset.later === 'true',
    })),
  );
}

const told = (list) => list.map(({ command, reply }) => [command, reply]);

/** A playhead that rests: what follows it has followed. */
async function seek(page, at) {
  await call(page, 'seek', { at });
  await page.waitForTimeout(400);
}

pageTest('replies read as redis-cli prints them', async ({ openPage }) => {
  const page = await openPage(QUERY);
  await seek(page, 2);
  const dialogue = [
    ['SET greeting "hello \\"you\\""', 'OK'],
    ['GET greeting', '"hello \\"you\\""'],
    ['APPEND greeting !', '(integer) 12'],
    ['GET nothing', '(nil)'],
    ['RPUSH list a b', '(integer) 2'],
    ['LRANGE list 0 -1', '1) "a"\n2) "b"'],
    ['LPUSH greeting x', '(error) WRONGTYPE Operation against a key holding the wrong kind of value'],
    ['GET', "(error) ERR wrong number of arguments for 'get' command"],
    ['SET a "b', 'Invalid argument(s): a quote that opens at character 7 is never closed'],
  ];
  for (const [command] of dialogue) await type(page, command);
  assert.deepEqual(told(await exchanges(page, dialogue.length)), dialogue);
});

pageTest('several commands are those of one connection', async ({ openPage }) => {
  const page = await openPage(QUERY);
  const dialogue = [['MULTI', 'OK'], ['INCR n', 'QUEUED'], ['EXEC', '1) (integer) 1'], ['SELECT 2', 'OK'], ['DBSIZE', '(integer) 0']];
  for (const [command] of dialogue) await type(page, command);
  assert.deepEqual(told(await exchanges(page, dialogue.length)), dialogue);
});

pageTest('what was typed belongs to its moment, and a link holds it', async ({ openPage }) => {
  const page = await openPage(QUERY);
  await seek(page, 3);
  await type(page, 'SET mine 1');
  await exchanges(page, 1);
  await seek(page, 1);
  assert.deepEqual(await exchanges(page, 1), [{ command: 'SET mine 1', reply: null, later: true }]);
  const before = await call(page, 'state');
  await seek(page, 4);
  assert.deepEqual(await exchanges(page, 1), [{ command: 'SET mine 1', reply: 'OK', later: false }]);

  await page.waitForFunction(() => /run=.*at=4|at=4.*run=/.test(location.search), null, { timeout: 5_000 });
  const again = await openPage(new URL(page.url()).search.slice(1));
  assert.equal((await call(again, 'state')).digest, before.digest);
  assert.deepEqual(told(await exchanges(again, 1)), [['SET mine 1', 'OK']]);
});

pageTest('the arrows bring back what was typed', async ({ openPage }) => {
  const page = await openPage(QUERY);
  const input = part(page, 'console-text');
  await type(page, 'GET a');
  await type(page, 'GET b');
  await input.fill('draft');
  const seen = [];
  for (const key of ['ArrowUp', 'ArrowUp', 'ArrowUp', 'ArrowDown', 'ArrowDown', 'ArrowDown']) {
    await input.press(key);
    seen.push(await input.inputValue());
  }
  assert.deepEqual(seen, ['GET b', 'GET a', 'GET a', 'GET b', 'draft', 'draft']);
});

pageTest('Tab completes commands and keys, and the arguments are told', async ({ openPage }) => {
  const page = await openPage(QUERY);
  await type(page, 'SET product:77 x');
  const input = part(page, 'console-text');
  await input.pressSequentially('getd');
  await input.press('Tab');
  assert.equal(await input.inputValue(), 'GETDEL');
  await input.pressSequentially(' ');
  assert.match(await page.locator('.console__ghost').textContent(), /GETDEL key$/);
  assert.match(await page.locator('#console-hint').textContent(), /Next: key$/);
  await input.pressSequentially('product:7');
  await page.locator('.offer', { hasText: 'product:77' }).click();
  assert.equal(await input.inputValue(), 'GETDEL product:77 ');
  await input.press('Escape');
  assert.equal(await input.inputValue(), '');
});

pageTest('what the cache hears is shown as MONITOR shows it', async ({ openPage }) => {
  const page = await openPage(QUERY);
  await seek(page, 6);
  await type(page, 'SET "my key" 1');
  await page.getByRole('button', { name: 'What it hears' }).click();
  const lines = part(page, 'heard').locator('li');
  await lines.first().waitFor({ timeout: 5_000 });
  assert.equal(await lines.first().textContent(), '6.000000 [0 you] "SET" "my key" "1"');
  assert.match(await lines.nth(1).textContent(), /^\d+\.\d{6} \[0 app\] "[A-Z]+" "/);
});

pageTest('a command can be cleared away, and an empty one is none', async ({ openPage }) => {
  const page = await openPage(QUERY);
  await type(page, 'PING');
  await exchanges(page, 1);
  await type(page, '   ');
  await part(page, 'console-text').press('Control+l');
  await page.waitForFunction(() => !document.querySelector('[data-testid=exchange]'), null, { timeout: 5_000 });
  await type(page, 'PING again');
  assert.deepEqual(told(await exchanges(page, 1)), [['PING again', '"again"']]);
});

pageTest('hashes and sorted sets are there too, and a link holds them', async ({ openPage }) => {
  const page = await openPage('pattern=write-behind&scenario=write-behind-data-loss&autoplay=0&theme=dark');
  await seek(page, 4);
  const before = await call(page, 'state');
  await type(page, 'SET plain 1');
  await type(page, 'HSET user:9 name Ada born 1815');
  const first = ['SET plain 1', 'OK'];
  assert.deepEqual(told(await exchanges(page, 2)), [first, ['HSET user:9 name Ada born 1815', '(integer) 2']]);
  const after = await call(page, 'state');
  assert.deepEqual([after.at, after.pattern, after.ledger], [before.at, before.pattern, before.ledger]);
  assert.equal(await page.locator('html').getAttribute('data-theme'), 'dark');
  await type(page, 'HGET user:9 name');
  await type(page, 'ZADD z 1 a');
  assert.deepEqual(told(await exchanges(page, 4)).slice(2), [['HGET user:9 name', '"Ada"'], ['ZADD z 1 a', '(integer) 1']]);

  await page.waitForTimeout(1_500); // until the address has followed
  const digest = (await call(page, 'state')).digest;
  const again = await openPage(new URL(page.url()).search.slice(1));
  assert.equal((await call(again, 'state')).digest, digest);
});

pageTest('the contract answers commands of all groups', async ({ openPage }) => {
  const page = await openPage(QUERY);
  assert.deepEqual(await call(page, 'command', { text: 'SADD colours red blue' }), { reply: '(integer) 2' });
  assert.deepEqual(await call(page, 'command', { text: 'SCARD colours' }), { reply: '(integer) 2' });
  // Commands that wait are answered in the run's own time.
  await call(page, 'command', { text: 'BLPOP jobs 2' });
  const { at } = await call(page, 'state');
  await seek(page, at + 3);
  const all = await exchanges(page, 3);
  assert.equal(all[2].reply, '(waiting)\n(nil)');
});
