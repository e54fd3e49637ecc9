/** Types of Cachescope's custom element, `cache-scope.js`, and of the messages that it sends. Times are in seconds. */

export type Pattern =
  | 'cache-aside'
  | 'read-through'
  | 'write-through'
  | 'write-behind'
  | 'hybrid-invalidate'
  | 'hybrid-update'
  | 'hybrid-outbox';

/** What can be broken. */
export type Target = 'app' | 'loader' | 'cache' | 'flusher' | 'database' | `client-${number}`;

export type Fault =
  | 'crash'
  | 'restart'
  | 'failover'
  | 'unreachable'
  | 'slow'
  | 'memory-pressure'
  | 'crash-between-steps'
  | 'burst'
  | 'drop'
  | 'delay'
  | 'duplicate'
  | 'repair';

/** What can be done to one message on its way. */
export type Deed = 'hold' | 'release' | 'delay' | 'drop' | 'duplicate';

/** Parameters of links, which are attributes of the element too, but `embed`. */
export type Parameter =
  | 'pattern'
  | 'scenario'
  | 'seed'
  | 'at'
  | 'autoplay'
  | 'speed'
  | 'embed'
  | 'theme'
  | 'lang'
  | 'panels'
  | 'compare'
  | 'lesson'
  | 'run'
  | 'origins'
  | 'experiment';

export type Panel =
  | 'stage'
  | 'timeline'
  | 'ledger'
  | 'losses'
  | 'code'
  | 'sequence'
  | 'metrics'
  | 'faults'
  | 'settings'
  | 'console'
  | 'log'
  | 'guide'
  | 'claims'
  | 'lab';

/** What can go wrong, what is worst first. */
export type AnomalyKind =
  | 'lost-write'
  | 'lost-update'
  | 'out-of-order'
  | 'read-after-loss'
  | 'read-your-writes'
  | 'monotonic-reads'
  | 'stale-read'
  | 'not-linearizable'
  | 'failed-request';

export interface Quantiles {
  /** Null while nothing has ended. */
  p50: number | null;
  p99: number | null;
}

/** How things stand at the playhead. All counts are of what has happened until then. */
export interface State {
  at: number;
  playing: boolean;
  /** Simulated seconds for each real one. */
  speed: number;
  end: number;
  pattern: Pattern;
  seed: number;
  /** Equal digests mean equal runs. */
  digest: string;
  cache: { keys: number; hits: number; misses: number; evicted: number; expired: number; used_bytes: number };
  database: { rows: number; reads: number; writes: number };
  /** `acknowledged` is always `durable + pending + lost`. */
  ledger: { acknowledged: number; durable: number; pending: number; lost: number };
  reads: { total: number; stale: number; max_stale_age: number };
  /** Requests that ended in an error. */
  failed: number;
  /** How often each guarantee was broken; one read can count for several. */
  anomalies: Record<AnomalyKind, number>;
  latency: { read: Quantiles; write: Quantiles };
}

/** What the page knows. */
export interface Description {
  /** The version of the contract. */
  cachescope: 1;
  /** The version of the program. */
  version: string;
  patterns: { id: Pattern; name: string; summary: string }[];
  /** The ready scenarios. `moment` is where there is something to see, in seconds. */
  scenarios: { id: string; title: string; story: string; moment: number; pattern: Pattern; duration: number }[];
  /** The faults, what each can hit, and the details that it takes. */
  faults: { id: Fault; targets: Target[]; takes: (keyof FaultDetails)[] }[];
  messages: Deed[];
  methods: (keyof Methods)[];
  events: (keyof CacheScopeEventMap)[];
  parameters: Parameter[];
  panels: Panel[];
}

/** Something that went wrong. */
export interface Anomaly {
  at: number;
  kind: AnomalyKind;
  /** What happened, in a sentence. */
  text: string;
}

/** Details of faults; `describe` tells which fault takes which. */
export interface FaultDetails {
  /** How long it lasts. */
  for?: number;
  factor?: number;
  /** The share of the messages that are hit, or of the memory that is left. */
  share?: number;
  /** How late a delayed message is. */
  by?: number;
  /** How far a failover's replica is behind. */
  lag?: number;
  /** What a restarted cache reads from its disk. */
  source?: 'nothing' | 'rdb' | 'aof';
  /** Only this sender's messages. */
  from?: Target;
}

/** A fault: the target may also stand in front of its name, as in `cache-crash`. */
export type FaultRequest = FaultDetails & ({ fault: Fault; target: Target } | { fault: `${Target}-${Fault}`; target?: Target });

/** What is done to one message, by its number in the trace; `by` goes with `delay`. */
export interface DeedRequest {
  fault: Deed;
  message: number;
  by?: number;
}

/** A run, as scenario files hold it; the project's README says more. What is left out is as usual. */
export interface Scenario {
  version?: 1;
  pattern?: Pattern;
  seed?: number;
  duration?: number;
  workload?: { [name: string]: unknown };
  /** Whether a copy of each row is in the cache at the start. */
  warm?: boolean;
  script?: { at: number; client: number; do: 'read' | 'write'; key: string }[];
  settings?: { [name: string]: unknown };
  timings?: { [name: string]: unknown };
  memory?: { [name: string]: unknown };
  interventions?: ({ at: number } & (
    | ({ do: 'inject' } & (FaultRequest | DeedRequest))
    | { do: 'set'; name: string; value: number }
    | { do: 'command'; text: string }
  ))[];
}

/** A figure of experiments. */
export type Measure =
  | 'hit-ratio'
  | 'stale-reads'
  | 'stale-age'
  | 'read-mean'
  | 'read-p99'
  | 'write-mean'
  | 'write-p99'
  | 'errors'
  | 'statements'
  | 'until-durable'
  | 'lost';

/** A setting that is varied, and its values. */
export interface Range {
  setting: string;
  values: number[];
}

/** Many requests without a trace: one run, one or two settings varied, or many crashes of a write-behind cache. */
export interface Experiment {
  kind?: 'run' | 'sweep' | 'loss';
  run?: Scenario;
  /** Requests of each run, whose duration follows from its rate. */
  requests?: number;
  patterns?: Pattern[];
  x?: Range;
  y?: Range;
  /** Runs of each combination. */
  seeds?: number;
  measure?: Measure;
  /** Crashes for each persistence. */
  crashes?: number;
}

/** A mean of several runs, and the interval that holds the true mean in 95 of 100 cases. */
export interface Estimate {
  mean: number;
  low: number;
  high: number;
}

/** How long something took; null where there was none. */
export interface Spans {
  count: number;
  mean: number | null;
  p50: number | null;
  p90: number | null;
  p99: number | null;
  p999: number | null;
  most: number | null;
}

/** The figures of an experiment of the kind `run`. */
export interface RunFigures {
  pattern: Pattern;
  seed: number;
  seconds: number;
  requests: number;
  failed: number;
  /** How often each promise was broken, as far as a run of any length can tell. */
  anomalies: Record<AnomalyKind, number>;
  reads: { total: number; stale: number; 'stale-share': number | null; 'stale-age': Spans; 'after-loss': number };
  ledger: {
    acknowledged: number;
    durable: number;
    pending: number;
    lost: number;
    /** How many were lost by which cause. */
    'lost-by': { [cause: string]: number };
    'until-durable': Spans;
  };
  latency: { read: Spans; write: Spans };
  cache: {
    'hit-ratio': number | null;
    hits: number;
    misses: number;
    expired: number;
    evicted: number;
    commands: number;
    'used-bytes': number;
  };
  database: { reads: number; writes: number; commits: number; 'statements-per-second': number };
}

/** The figures of an experiment of the kind `sweep`. */
export interface SweepFigures {
  x: string;
  y: string | null;
  measure: Measure;
  seeds: number;
  /** `expected` is what a closed form says of the figure, where there is one. */
  cells: { pattern: Pattern; x: number; y: number | null; figures: { [Name in Measure]?: Estimate }; expected: number | null }[];
}

/** The figures of an experiment of the kind `loss`. */
export interface LossFigures {
  crashes: number;
  losses: {
    persistence: 'none' | 'everysec' | 'always';
    lost: Estimate | null;
    p50: number | null;
    p95: number | null;
    most: number | null;
    /** What a closed form says of the mean, where there is one. */
    expected: number | null;
  }[];
}

/** No parameters. */
export type Nothing = Record<string, never>;

/** Each method: its parameters and its result. */
export interface Methods {
  describe: [Nothing, Description];
  load: [{ pattern?: Pattern; scenario?: string; seed?: number; run?: string | Scenario }, State];
  play: [Nothing, State];
  pause: [Nothing, State];
  step: [{ by?: 1 | -1 }, State];
  seek: [{ at: number }, State];
  speed: [{ value: number }, State];
  /** Without `at`: now. */
  inject: [(FaultRequest | DeedRequest) & { at?: number }, State];
  command: [{ text: string }, { reply: string }];
  state: [Nothing, State];
  trace: [{ format?: 'json' | 'csv' | 'mermaid' }, string];
  /** `spec` is an experiment, or what a link to one holds. */
  experiment: [{ spec: Experiment | string }, RunFigures | SweepFigures | LossFigures];
}

/** The parameters of a method as arguments, which can be left out where none is needed. */
export type Arguments<Method extends keyof Methods> = {} extends Methods[Method][0]
  ? [params?: Methods[Method][0]]
  : [params: Methods[Method][0]];

/** Asks for something. */
export type Call = <Method extends keyof Methods>(method: Method, ...params: Arguments<Method>) => Promise<Methods[Method][1]>;

export type ErrorCode = 'unknown-method' | 'unknown-version' | 'bad-params' | 'bad-scenario' | 'unavailable' | 'no-answer';

/** Why a promise of `call` was rejected. */
export interface CallError extends Error {
  code: ErrorCode;
}

/** The data of each event. */
export interface EventData {
  ready: State;
  state: State;
  anomaly: Anomaly;
  ended: State;
  resize: { width: number; height: number };
}

/** What a page with an iframe posts to it. */
export type RequestMessage = {
  [Method in keyof Methods]: { cachescope: 1; id: number | string; method: Method; params?: Methods[Method][0] };
}[keyof Methods];

/** What answers it. */
export type ReplyMessage<Method extends keyof Methods = keyof Methods> =
  | { cachescope: 1; id: number | string; result: Methods[Method][1] }
  | { cachescope: 1; id: number | string; error: { code: Exclude<ErrorCode, 'no-answer'>; message: string } };

/** What an iframe tells without being asked. */
export type EventMessage = { [Name in keyof EventData]: { cachescope: 1; event: Name; data: EventData[Name] } }[keyof EventData];

export type CacheScopeEventMap = { [Name in keyof EventData]: CustomEvent<EventData[Name]> };

export declare class CacheScopeElement extends HTMLElement {
  /** The state that the frame told last; null before it has started. */
  readonly state: State | null;
  /** Whether the frame has started. */
  readonly isReady: boolean;
  /** The address of the frame. */
  readonly address: string;
  /** Loads the frame now, wherever it is. */
  load(): void;
  /** Asks the frame, which is loaded for it if it is not yet there. Rejected with a `CallError`. */
  call: Call;
  addEventListener<Name extends keyof CacheScopeEventMap>(
    type: Name,
    listener: (this: CacheScopeElement, event: CacheScopeEventMap[Name]) => void,
    options?: boolean | AddEventListenerOptions,
  ): void;
  addEventListener(type: string, listener: EventListenerOrEventListenerObject, options?: boolean | AddEventListenerOptions): void;
  removeEventListener<Name extends keyof CacheScopeEventMap>(
    type: Name,
    listener: (this: CacheScopeElement, event: CacheScopeEventMap[Name]) => void,
    options?: boolean | EventListenerOptions,
  ): void;
  removeEventListener(type: string, listener: EventListenerOrEventListenerObject, options?: boolean | EventListenerOptions): void;
}

declare global {
  interface HTMLElementTagNameMap {
    'cache-scope': CacheScopeElement;
  }
  interface Window {
    /** In Cachescope's own page, as in a frame of the same origin. */
    readonly cachescope?: { call: Call };
  }
}
