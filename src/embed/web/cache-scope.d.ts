/** Types of Cachescope's custom element, `cache-scope.js`, and of the messages that it sends. Times are in seconds. */

export type Pattern =
  | 'cache-aside'
  | 'read-through'
  | 'write-through'
  | 'write-behind'
  | 'hybrid-invalidate'
  | 'hybrid-update'
  | 'hybrid-outbox';

export interface Quantiles {
  /** Null while nothing has ended. */
  p50: number | null;
  p99: number | null;
}

export interface State {
  at: number;
  playing: boolean;
  speed: number;
  end: number;
  pattern: Pattern | (string & {});
  seed: number;
  /** Equal digests mean equal runs. */
  digest: string;
  cache: { keys: number; hits: number; misses: number; evicted: number; expired: number; used_bytes: number };
  database: { rows: number; reads: number; writes: number };
  /** `acknowledged` is always `durable + pending + lost`. */
  ledger: { acknowledged: number; durable: number; pending: number; lost: number };
  reads: { total: number; stale: number; max_stale_age: number };
  failed: number;
  latency: { read: Quantiles; write: Quantiles };
}

export interface Description {
  cachescope: 1;
  version: string;
  patterns: { id: string; name: string; summary: string }[];
  scenarios: { id: string; title: string; story: string; moment: number; pattern: string; duration: number }[];
  faults: { id: string; targets: string[] }[];
  methods: string[];
  events: string[];
  parameters: string[];
  panels: string[];
}

export interface Anomaly {
  at: number;
  kind: 'stale-read' | 'lost-write' | 'read-after-loss' | 'failed-request';
  /** What happened, in a sentence. */
  text: string;
}

/** Each method: its parameters and its result. */
export interface Methods {
  describe: [{}, Description];
  load: [{ pattern?: string; scenario?: string; seed?: number; run?: string | object }, State];
  play: [{}, State];
  pause: [{}, State];
  step: [{ by: 1 | -1 }, State];
  seek: [{ at: number }, State];
  speed: [{ value: number }, State];
  inject: [{ fault: string; target?: string; at?: number }, State];
  command: [{ text: string }, { reply: string }];
  state: [{}, State];
  trace: [{ format: 'json' | 'csv' | 'mermaid' }, string];
  experiment: [{ spec: object | string }, object];
}

/** Why a promise of `call` was rejected. */
export interface CallError extends Error {
  code: 'unknown-method' | 'unknown-version' | 'bad-params' | 'bad-scenario' | 'unavailable' | 'no-answer';
}

export interface CacheScopeEventMap {
  ready: CustomEvent<State>;
  state: CustomEvent<State>;
  anomaly: CustomEvent<Anomaly>;
  ended: CustomEvent<State>;
  resize: CustomEvent<{ width: number; height: number }>;
}

export declare class CacheScopeElement extends HTMLElement {
  /** The state that the frame told last; null before it has started. */
  readonly state: State | null;
  /** Whether the frame has started. */
  readonly isReady: boolean;
  /** The address of the frame. */
  readonly address: string;
  /** Loads the frame now, wherever it is. */
  load(): void;
  /** Asks the frame, which is loaded for it if it is not yet there. */
  call<Method extends keyof Methods>(method: Method, params?: Methods[Method][0]): Promise<Methods[Method][1]>;
  addEventListener<Name extends keyof CacheScopeEventMap>(
    type: Name,
    listener: (this: CacheScopeElement, event: CacheScopeEventMap[Name]) => void,
    options?: boolean | AddEventListenerOptions,
  ): void;
  addEventListener(type: string, listener: EventListenerOrEventListenerObject, options?: boolean | AddEventListenerOptions): void;
}

declare global {
  interface HTMLElementTagNameMap {
    'cache-scope': CacheScopeElement;
  }
}
