//! The models on nexosim.

use std::collections::VecDeque;
use std::time::Duration;

use cachescope::engine::{Distribution, Rng, Span};
use nexosim::model::{Context, Model, schedulable};
use nexosim::ports::{EventSinkReader, EventSource, Output, SinkState, event_queue};
use nexosim::simulation::{Mailbox, SimInit};
use nexosim::time::MonotonicTime;
use serde::{Deserialize, Serialize};

use crate::models::{Queue, Ring};

/// Random lengths. A simulation that is saved would need them; none is here, and they are left out of the model's state.
struct Draws(Rng, Distribution);

impl Default for Draws {
    fn default() -> Self {
        Self(Rng::new(0), Distribution::Fixed { value: Span::ZERO })
    }
}

impl Draws {
    fn new(seed: u64, mean: f64) -> Self {
        Self(Rng::new(seed), Distribution::Exponential { mean: Span::from_secs_f64(mean) })
    }

    fn next(&mut self) -> Duration {
        // An event of this very instant can't be scheduled.
        Duration::from_nanos(self.1.sample(&mut self.0).as_nanos().max(1))
    }
}

#[derive(Serialize, Deserialize)]
struct Source {
    left: u64,
    #[serde(skip)]
    draws: Draws,
    customers: Output<f64>,
}

#[Model]
impl Source {
    fn start(&mut self, _: (), cx: &Context<Self>) {
        cx.schedule_event(self.draws.next(), schedulable!(Self::arrive), ()).unwrap();
    }

    #[nexosim(schedulable)]
    async fn arrive(&mut self, _: (), cx: &Context<Self>) {
        self.customers.send(seconds(cx.time())).await;
        self.left -= 1;
        if self.left > 0 {
            cx.schedule_event(self.draws.next(), schedulable!(Self::arrive), ()).unwrap();
        }
    }
}

#[derive(Serialize, Deserialize)]
struct Server {
    line: VecDeque<f64>,
    busy: bool,
    waited: f64,
    left: u64,
    #[serde(skip)]
    draws: Draws,
    total: Output<f64>,
}

#[Model]
impl Server {
    fn customer(&mut self, arrived: f64, cx: &Context<Self>) {
        self.line.push_back(arrived);
        if !self.busy {
            self.serve_next(cx);
        }
    }

    fn serve_next(&mut self, cx: &Context<Self>) {
        let Some(arrived) = self.line.pop_front() else {
            self.busy = false;
            return;
        };
        self.busy = true;
        self.waited += seconds(cx.time()) - arrived;
        cx.schedule_event(self.draws.next(), schedulable!(Self::done), ()).unwrap();
    }

    #[nexosim(schedulable)]
    async fn done(&mut self, _: (), cx: &Context<Self>) {
        self.serve_next(cx);
        self.left -= 1;
        if self.left == 0 {
            self.total.send(self.waited).await;
        }
    }
}

fn seconds(time: MonotonicTime) -> f64 {
    time.as_secs() as f64 + f64::from(time.subsec_nanos()) * 1e-9
}

pub fn queue(model: &Queue, threads: usize) -> f64 {
    let left = model.customers;
    let mut source = Source { left, draws: Draws::new(1, model.gap), customers: Output::default() };
    let draws = Draws::new(2, model.service);
    let mut server =
        Server { line: VecDeque::new(), busy: false, waited: 0.0, left, draws, total: Output::default() };
    let (source_box, server_box) = (Mailbox::new(), Mailbox::new());
    source.customers.connect(Server::customer, &server_box);
    let (sink, mut total) = event_queue(SinkState::Enabled);
    server.total.connect_sink(sink);
    let mut bench = SimInit::with_num_threads(threads);
    let start = EventSource::new().connect(Source::start, &source_box).register(&mut bench);
    let mut simulation = bench
        .add_model(source, source_box, "source")
        .add_model(server, server_box, "server")
        .init(MonotonicTime::EPOCH)
        .unwrap();
    simulation.process_event(&start, ()).unwrap();
    simulation.run().unwrap();
    total.try_read().unwrap() / model.customers as f64
}

#[derive(Default, Serialize, Deserialize)]
struct Node {
    passed: u64,
    next: Output<u64>,
    ended: Output<u64>,
}

#[Model]
impl Node {
    fn token(&mut self, left: u64, cx: &Context<Self>) {
        cx.schedule_event(Duration::from_millis(1), schedulable!(Self::pass), left).unwrap();
    }

    #[nexosim(schedulable)]
    async fn pass(&mut self, left: u64) {
        self.passed += 1;
        if left > 1 {
            self.next.send(left - 1).await;
        }
    }

    async fn tell(&mut self, _: ()) {
        self.ended.send(self.passed).await;
    }
}

pub fn ring(model: &Ring, threads: usize) -> u64 {
    let mut nodes: Vec<Node> = (0..model.nodes).map(|_| Node::default()).collect();
    let boxes: Vec<Mailbox<Node>> = (0..model.nodes).map(|_| Mailbox::new()).collect();
    let (sink, mut counts) = event_queue(SinkState::Enabled);
    for (number, node) in nodes.iter_mut().enumerate() {
        node.next.connect(Node::token, &boxes[(number + 1) % model.nodes]);
        node.ended.connect_sink(sink.clone());
    }
    let mut bench = SimInit::with_num_threads(threads);
    let starts: Vec<_> = (0..model.tokens)
        .map(|token| EventSource::new().connect(Node::token, &boxes[token * model.nodes / model.tokens]).register(&mut bench))
        .collect();
    let tells: Vec<_> =
        boxes.iter().map(|mailbox| EventSource::new().connect(Node::tell, mailbox).register(&mut bench)).collect();
    for (node, mailbox) in nodes.into_iter().zip(boxes) {
        bench = bench.add_model(node, mailbox, "node");
    }
    let mut simulation = bench.init(MonotonicTime::EPOCH).unwrap();
    for start in &starts {
        simulation.process_event(start, model.hops).unwrap();
    }
    simulation.run().unwrap();
    for tell in &tells {
        simulation.process_event(tell, ()).unwrap();
    }
    std::iter::from_fn(|| counts.try_read()).sum()
}
