//! Serves a modelled Redis server to any Redis client: RESP2 over TCP, a thread for each connection, one lock around
//! the model, and the machine's clock.

use std::collections::BTreeMap;
use std::io::{self, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use cachescope::redis::{ClientId, Config, Millis, Reply, Server, Session, Wait, find_command, quoted};

use super::handshake::{self, Topic};
use super::request::{Parsed, Words, parse};

/// How much is read at once.
const CHUNK: usize = 64 * 1024;
/// Redis's `hz` of ten.
const CRON: Duration = Duration::from_millis(100);
/// How often a reply that is held back is asked for.
const POLL: Duration = Duration::from_millis(1);

type Shared = Arc<Mutex<Hub>>;

/// The model, and where to write what clients get without having asked.
struct Hub {
    server: Server,
    streams: BTreeMap<ClientId, TcpStream>,
    /// Those that are shown every command.
    monitors: BTreeMap<ClientId, TcpStream>,
}

impl Hub {
    /// Shows a command to those that watch, as `MONITOR` writes it.
    fn show(&mut self, session: &Session, address: &str, words: &Words) {
        if self.monitors.is_empty() || find_command(&words[0]).is_none() {
            return;
        }
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let mut line = format!("{}.{:06} [{} {address}]", since.as_secs(), since.subsec_micros(), session.database());
        for word in words {
            line.push(' ');
            line.push_str(&quoted(word));
        }
        let line = Reply::Status(line.into()).encode();
        for stream in self.monitors.values_mut() {
            // A client that is gone is noticed by its own thread.
            let _ = stream.write_all(&line);
        }
    }

    /// Sends what has come for clients: messages, and the replies of those that have waited.
    fn deliver(&mut self) {
        let pushes = self.server.take_pushes().into_iter().map(|push| (push.client, push.message));
        let unblocked = self.server.take_unblocked().into_iter().map(|unblocked| (unblocked.client, unblocked.reply));
        for (client, message) in unblocked.collect::<Vec<_>>().into_iter().chain(pushes) {
            if let Some(stream) = self.streams.get_mut(&client) {
                // A client that is gone is noticed by its own thread.
                let _ = stream.write_all(&message.encode());
            }
        }
    }
}

/// Accepts connections until the process ends.
pub fn serve(listener: &TcpListener, config: Config) -> io::Result<()> {
    let mut server = Server::new(config, now().0);
    server.record_changes(false);
    let server = Arc::new(Mutex::new(Hub { server, streams: BTreeMap::new(), monitors: BTreeMap::new() }));
    let housekeeping = Arc::clone(&server);
    thread::spawn(move || {
        loop {
            thread::sleep(CRON);
            let mut hub = lock(&housekeeping);
            hub.server.cron(now());
            hub.deliver();
        }
    });
    loop {
        let (stream, _) = listener.accept()?;
        let server = Arc::clone(&server);
        thread::spawn(move || Connection::new(stream, server).run());
    }
}

fn now() -> Millis {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Millis(u64::try_from(since.as_millis()).unwrap_or(u64::MAX))
}

/// A thread that panicked has left the model as it was after its last command.
fn lock(server: &Shared) -> MutexGuard<'_, Hub> {
    server.lock().unwrap_or_else(PoisonError::into_inner)
}

/// What becomes of a connection after its requests so far.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Next {
    Read,
    Close,
}

struct Connection {
    stream: TcpStream,
    server: Shared,
    session: Session,
    /// Where the client is, as `MONITOR` shows it.
    address: String,
    received: Vec<u8>,
    replies: Vec<u8>,
}

impl Connection {
    fn new(stream: TcpStream, server: Shared) -> Connection {
        let address = stream.peer_addr().map(|address| address.to_string()).unwrap_or_default();
        Connection { stream, server, session: Session::default(), address, received: Vec::new(), replies: Vec::new() }
    }

    /// Serves the client until it or the connection is gone.
    fn run(mut self) {
        // A client that goes away in the middle of something is nobody's error.
        let _ = self.talk();
        let mut hub = lock(&self.server);
        leave(&mut hub, self.session);
    }

    fn talk(&mut self) -> io::Result<()> {
        self.stream.set_nodelay(true)?;
        let mut chunk = vec![0; CHUNK];
        loop {
            let count = self.stream.read(&mut chunk)?;
            if count == 0 {
                return Ok(());
            }
            self.received.extend_from_slice(&chunk[..count]);
            let next = self.answer_all()?;
            self.send()?;
            if next == Next::Close {
                return Ok(());
            }
        }
    }

    /// Answers the requests that are complete: those that came together are run under one lock.
    fn answer_all(&mut self) -> io::Result<Next> {
        let mut at = 0;
        let shared = Arc::clone(&self.server);
        let mut hub = lock(&shared);
        let next = loop {
            match parse(&self.received[at..]) {
                Parsed::Incomplete => break Next::Read,
                Parsed::Broken(error) => {
                    self.replies.extend(Reply::Error(error).encode());
                    break Next::Close;
                }
                Parsed::Request(words, length) => {
                    at += length;
                    if words.is_empty() {
                        continue;
                    }
                    if let Some(topic) = handshake::topic(&words) {
                        if self.shake_hands(&mut hub, topic, &words)? == Next::Close {
                            break Next::Close;
                        }
                        continue;
                    }
                    let reply = hub.server.execute(&mut self.session, now(), &words);
                    hub.show(&self.session, &self.address, &words);
                    self.register(&mut hub)?;
                    thread::sleep(Duration::from_millis(hub.server.take_delay()));
                    hub.deliver();
                    if reply == Reply::Later {
                        drop(hub);
                        self.send()?;
                        if !self.wait() {
                            break Next::Close;
                        }
                        hub = lock(&shared);
                        continue;
                    }
                    let Some(wait) = self.session.take_wait() else {
                        self.replies.extend(reply.encode());
                        continue;
                    };
                    drop(hub);
                    self.send()?;
                    self.hold(&wait);
                    hub = lock(&shared);
                }
            }
        };
        self.received.drain(..at);
        Ok(next)
    }

    /// Answers what is about the connection.
    fn shake_hands(&mut self, hub: &mut Hub, topic: Topic, words: &Words) -> io::Result<Next> {
        let reply = match topic {
            Topic::Auth => handshake::auth(words),
            Topic::Hello => handshake::hello(&mut hub.server, &mut self.session, now(), words),
            Topic::Monitor => {
                // The first command gives the connection its number.
                hub.server.execute(&mut self.session, now(), &["CLIENT", "ID"]);
                hub.monitors.insert(self.session.id(), self.stream.try_clone()?);
                Reply::OK
            }
            Topic::Reset => {
                leave(hub, std::mem::take(&mut self.session));
                Reply::Status("RESET".into())
            }
            Topic::Quit => Reply::OK,
        };
        self.register(hub)?;
        self.replies.extend(reply.encode());
        if topic == Topic::Monitor {
            // Before anything is shown.
            self.send()?;
        }
        Ok(if topic == Topic::Quit { Next::Close } else { Next::Read })
    }

    /// Notes where to write what the client gets without having asked, once it has a number.
    fn register(&mut self, hub: &mut Hub) -> io::Result<()> {
        let id = self.session.id();
        if id != ClientId::default() && !hub.streams.contains_key(&id) {
            hub.streams.insert(id, self.stream.try_clone()?);
        }
        Ok(())
    }

    /// Waits until the client is served or its time is over; false if it goes away before that.
    fn wait(&mut self) -> bool {
        loop {
            thread::sleep(POLL);
            let mut hub = lock(&self.server);
            hub.server.end_waits(now());
            hub.deliver();
            if !hub.server.is_waiting(&self.session) {
                return true;
            }
            drop(hub);
            if self.is_gone() {
                return false;
            }
        }
    }

    /// Whether the client has closed its side.
    fn is_gone(&self) -> bool {
        let peeked = self.stream.set_nonblocking(true).and_then(|()| self.stream.peek(&mut [0]));
        let _ = self.stream.set_nonblocking(false);
        matches!(peeked, Ok(0))
    }

    /// Holds the reply to `WAIT` back until there is one.
    fn hold(&mut self, wait: &Wait) {
        loop {
            let reply = lock(&self.server).server.waited(now(), wait);
            if let Some(reply) = reply {
                self.replies.extend(reply.encode());
                return;
            }
            thread::sleep(POLL);
        }
    }

    fn send(&mut self) -> io::Result<()> {
        self.stream.write_all(&self.replies)?;
        self.replies.clear();
        Ok(())
    }
}

/// Forgets a client.
fn leave(hub: &mut Hub, session: Session) {
    hub.streams.remove(&session.id());
    hub.monitors.remove(&session.id());
    hub.server.disconnect(session);
}
