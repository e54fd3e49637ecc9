// A scripted connection by ioredis (npm): `node ioredis.mjs PORT`. Ends with an error when a reply is not what the
// library's documentation says.
import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import Redis from 'ioredis';

const { version } = createRequire(import.meta.url)('ioredis/package.json');
const port = Number(process.argv[2]);
let checks = 0;

function same(actual, expected) {
  assert.deepEqual(actual, expected);
  checks += 1;
}

const redis = new Redis(port, '127.0.0.1', { db: 1 });

async function strings() {
  same(await redis.ping(), 'PONG');
  same(await redis.set('greeting', 'hello', 'PX', 60_000), 'OK');
  same(await redis.get('greeting'), 'hello');
  const left = await redis.pttl('greeting');
  assert.ok(left > 50_000 && left <= 60_000, `${left} ms`);
  same(await redis.set('greeting', 'no', 'NX'), null);
  same(await redis.getset('greeting', 'grüße'), 'hello');
  same(await redis.getrange('greeting', 0, 1), 'gr');
  same(await redis.strlen('greeting'), 7);
  const bytes = Buffer.from([0, 13, 10, 255, 36, 42]);
  same(await redis.setBuffer('bytes', bytes), Buffer.from('OK'));
  same(await redis.getBuffer('bytes'), bytes);
  const large = 'x'.repeat(3_000_000);
  same(await redis.set('large', large), 'OK');
  same((await redis.get('large')).length, large.length);
}

async function counters() {
  same(await redis.incr('n'), 1);
  same(await redis.incrby('n', 41), 42);
  same(await redis.decr('n'), 41);
  same(await redis.incrbyfloat('f', 0.5), '0.5');
  await assert.rejects(redis.incr('greeting'), /^ReplyError: ERR value is not an integer/);
  await assert.rejects(redis.lpush('greeting', 'x'), /^ReplyError: WRONGTYPE/);
  checks += 2;
}

async function lists() {
  same(await redis.rpush('queue', 'a', 'b', 'c'), 3);
  same(await redis.lpop('queue'), 'a');
  same(await redis.lrange('queue', 0, -1), ['b', 'c']);
  same(await redis.llen('queue'), 2);
}

async function batches() {
  const pipeline = redis.pipeline();
  for (let number = 0; number < 5_000; number += 1) pipeline.set(`many:${number}`, number);
  const replies = await pipeline.exec();
  same(replies.filter(([error, reply]) => error === null && reply === 'OK').length, 5_000);
  same(await redis.mget('many:0', 'many:4999', 'none'), ['0', '4999', null]);
  same(await redis.multi().incr('in').incr('in').exec(), [[null, 1], [null, 2]]);
  const found = new Set();
  for await (const keys of redis.scanStream({ match: 'many:*', count: 500 })) keys.forEach((key) => found.add(key));
  same(found.size, 5_000);
  same(await redis.del([...found]), 5_000);
}

async function twoConnections() {
  const other = redis.duplicate();
  await redis.watch('n');
  await other.set('n', 'changed');
  same(await redis.multi().set('n', 'mine').exec(), null);
  same(await redis.get('n'), 'changed');
  same(await other.expire('n', 0), 1);
  same(await redis.exists('n'), 0);
  same(await redis.wait(1, 20), 0);
  await other.quit();
}

await strings();
await counters();
await lists();
await batches();
await twoConnections();
same(await redis.flushdb(), 'OK');
same(await redis.dbsize(), 0);
await redis.quit();
console.log(`ioredis ${version}: ${checks} checks`);
