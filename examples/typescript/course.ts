// A lesson's script in TypeScript, with all that the element offers. It needs only the types:
//
//   tsc --project examples/typescript

import type {
  Anomaly,
  CacheScopeElement,
  CallError,
  EventMessage,
  Experiment,
  LossFigures,
  Methods,
  ReplyMessage,
  RequestMessage,
  RunFigures,
  State,
  SweepFigures,
} from '../../src/embed/web/cache-scope';

/** Drives the first simulation of a page, and tells in words what it finds. */
export async function lesson(tell: (text: string) => void): Promise<void> {
  const element = document.querySelector('cache-scope');
  if (!element) return;
  listen(element, tell);
  element.load();
  await drive(element, tell);
  await breakThings(element);
  await measure(element, tell);
  await tellRefusal(element, tell);
  tell(`${element.address} ${element.isReady ? 'has started' : 'has not'}: ${element.state?.ledger.lost ?? 0} lost`);
}

function listen(element: CacheScopeElement, tell: (text: string) => void): void {
  const told = ({ detail }: CustomEvent<Anomaly>) => tell(`${detail.at.toFixed(1)} s: ${detail.kind}: ${detail.text}`);
  element.addEventListener('anomaly', told);
  element.addEventListener('ended', ({ detail }) => {
    element.removeEventListener('anomaly', told);
    tell(sum(detail));
  });
  element.addEventListener('ready', ({ detail }) => tell(detail.pattern), { once: true });
  element.addEventListener('state', ({ detail }) => tell(detail.playing ? `at ${detail.at} s` : 'paused'));
  element.addEventListener('resize', ({ detail: { width, height } }) => tell(`${width} × ${height}`));
}

function sum({ at, end, speed, seed, digest, cache, database, ledger, reads, failed, anomalies, latency }: State): string {
  const { acknowledged, durable, pending, lost }: Record<'acknowledged' | 'durable' | 'pending' | 'lost', number> = ledger;
  const worst = latency.write.p99 === null ? 'no write has ended' : `${latency.write.p99} s`;
  return [
    `${at} of ${end} s at speed ${speed}, run ${seed} ${digest}: ${acknowledged} = ${durable} + ${pending} + ${lost}`,
    `${cache.hits} hits, ${cache.misses} misses, ${cache.keys} keys in ${cache.used_bytes} bytes, ${cache.evicted + cache.expired} gone`,
    `${database.rows} rows, ${database.reads + database.writes} statements, ${failed} failed, ${worst}`,
    `${reads.stale} of ${reads.total} reads stale, at most ${reads.max_stale_age} s; ${anomalies['read-your-writes']} of one's own`,
  ].join('\n');
}

async function drive(element: CacheScopeElement, tell: (text: string) => void): Promise<void> {
  const { version, scenarios, faults, patterns, messages, methods, events, parameters, panels } = await element.call('describe');
  tell([version, ...messages, ...methods, ...events, ...parameters, ...panels, ...patterns.map(({ id }) => id)].join(' '));
  for (const { id, takes } of faults) tell(`${id} takes ${takes.join(', ')}`);
  for (const { id, moment } of scenarios) tell(`${id} at ${moment} s`);
  await element.call('load', { scenario: 'write-behind-data-loss', pattern: 'write-through', seed: 7 });
  await element.call('load', {
    run: {
      pattern: 'write-behind',
      duration: 20,
      warm: true,
      workload: { rate: 4 },
      settings: { ttl: 5 },
      script: [{ at: 1, client: 1, do: 'write', key: 'user:1' }],
      interventions: [
        { at: 3, do: 'inject', fault: 'crash', target: 'cache', for: 2, source: 'nothing' },
        { at: 6, do: 'set', name: 'ttl', value: 8 },
        { at: 7, do: 'command', text: 'DEL user:1' },
      ],
    },
  });
  await element.call('speed', { value: 2 });
  await element.call('seek', { at: 12 });
  await element.call('step', { by: -1 });
  await element.call('step');
  await element.call('play');
  await element.call('pause', {});
  tell((await element.call('command', { text: 'GET user:1' })).reply);
  tell((await element.call('trace', { format: 'mermaid' })).slice(0, 200));
}

async function breakThings(element: CacheScopeElement): Promise<void> {
  await element.call('inject', { fault: 'cache-crash' });
  await element.call('inject', { fault: 'slow', target: 'database', factor: 10, for: 5, at: 14 });
  await element.call('inject', { fault: 'failover', target: 'database', lag: 2 });
  await element.call('inject', { fault: 'delay', target: 'cache', from: 'app', by: 1, share: 0.5, for: 4 });
  await element.call('inject', { fault: 'delay', message: 17, by: 0.5 });
}

async function measure(element: CacheScopeElement, tell: (text: string) => void): Promise<void> {
  const spec: Experiment = { kind: 'sweep', run: { pattern: 'cache-aside' }, requests: 20_000, x: { setting: 'ttl', values: [1, 5, 20] } };
  const figures = await element.call('experiment', { spec });
  tell('cells' in figures ? rows(figures) : 'losses' in figures ? losses(figures) : hits(figures));
}

const rows = ({ x, cells }: SweepFigures): string => cells.map((cell) => `${x} ${cell.x}: ${cell.figures['hit-ratio']?.mean ?? '-'}`).join('\n');
const losses = ({ losses }: LossFigures): string => losses.map(({ persistence, lost }) => `${persistence}: ${lost?.mean ?? '-'}`).join('\n');
const hits = ({ cache, latency }: RunFigures): string => `${cache['hit-ratio'] ?? 0}, ${latency.read.p999 ?? 0} s`;

async function tellRefusal(element: CacheScopeElement, tell: (text: string) => void): Promise<void> {
  try {
    await element.call('seek', { at: -1 });
  } catch (error) {
    const { code, message } = error as CallError;
    tell(code === 'bad-params' ? message : `not expected: ${code}`);
  }
}

/** The same without the element's script: a page with an iframe posts messages itself. */
export function post(frame: HTMLIFrameElement, origin: string, tell: (text: string) => void): void {
  const ask = (message: RequestMessage) => frame.contentWindow?.postMessage(message, origin);
  addEventListener('message', ({ source, data }: MessageEvent<EventMessage | ReplyMessage<'state'>>) => {
    if (source !== frame.contentWindow || data?.cachescope !== 1) return;
    if ('event' in data) {
      if (data.event === 'ready') ask({ cachescope: 1, id: 'first', method: 'state' });
      if (data.event === 'anomaly') tell(data.data.text);
    } else {
      tell('error' in data ? data.error.message : data.result.digest);
    }
  });
}

/** In the page itself, as in a frame of one's own origin, there is a function. */
export function askPage(frame: HTMLIFrameElement): Promise<Methods['state'][1]> | undefined {
  return frame.contentWindow?.window.cachescope?.call('state');
}

/** What the types refuse. */
export function refused(element: CacheScopeElement): unknown[] {
  return [
    // @ts-expect-error There is no such method.
    element.call('fly'),
    // @ts-expect-error It needs a time.
    element.call('seek'),
    // @ts-expect-error It takes no parameters.
    element.call('play', { fast: true }),
    // @ts-expect-error There is no such pattern.
    element.call('load', { pattern: 'write-sideways' }),
    // @ts-expect-error A fault needs a target.
    element.call('inject', { fault: 'crash' }),
    // @ts-expect-error There is no such fault.
    element.call('inject', { fault: 'earthquake', target: 'cache' }),
    // @ts-expect-error It is read-only.
    (element.state = null),
  ];
}
