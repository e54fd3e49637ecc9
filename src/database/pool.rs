//! An application's pool of database connections, first come, first served.

use std::collections::VecDeque;

/// A fixed number of slots and a queue for those who find none free.
///
/// It knows no connections: a slot's number tells which of the caller's connections is meant.
#[derive(Clone, Debug)]
pub struct ConnectionPool {
    size: u32,
    most_waiting: usize,
    /// For each slot that was ever granted, whether somebody has it.
    taken: Vec<bool>,
    in_use: u32,
    waiting: VecDeque<Waiter>,
    next_ticket: u64,
    stats: PoolStats,
}

/// The right to use one connection, until it is released. It can't be copied, so that nothing is released twice.
#[derive(Debug, PartialEq, Eq)]
pub struct Slot(u32);

/// A place in the queue; never used again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Ticket(u64);

/// The answer to a request for a slot.
#[derive(Debug, PartialEq, Eq)]
pub enum Admission {
    /// Here it is.
    Granted(Slot),
    /// None is free: wait until a [`Grant`] carries this ticket.
    Waiting(Ticket),
    /// None is free and the queue is full.
    Refused,
}

/// A slot for one who waited.
#[derive(Debug, PartialEq, Eq)]
pub struct Grant {
    /// Who waited.
    pub ticket: Ticket,
    /// What they get. Whoever has given up meanwhile must release it.
    pub slot: Slot,
    /// How long they waited, in nanoseconds.
    pub waited: u64,
}

/// Counters since the pool was made. Times are in nanoseconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PoolStats {
    /// Requests for a slot.
    pub requests: u64,
    /// Slots granted, at once or after waiting.
    pub granted: u64,
    /// Of those, after waiting.
    pub granted_after_waiting: u64,
    /// Requests refused because the queue was full.
    pub refused: u64,
    /// Waits given up.
    pub cancelled: u64,
    /// All time spent waiting for slots that were granted.
    pub total_wait: u64,
    /// The longest of those waits.
    pub longest_wait: u64,
    /// The most slots in use at once.
    pub most_in_use: u32,
    /// The most waiting at once.
    pub most_waiting: u64,
}

#[derive(Clone, Copy, Debug)]
struct Waiter {
    ticket: Ticket,
    since: u64,
}

impl Slot {
    /// Its number, from 0 to one less than the pool's size when it was granted.
    pub fn number(&self) -> u32 {
        self.0
    }
}

impl ConnectionPool {
    /// A pool of this many slots, for each of which nobody waits; at most `most_waiting` may wait.
    pub fn new(size: u32, most_waiting: usize) -> ConnectionPool {
        ConnectionPool {
            size,
            most_waiting,
            taken: Vec::new(),
            in_use: 0,
            waiting: VecDeque::new(),
            next_ticket: 0,
            stats: PoolStats::default(),
        }
    }

    /// Asks for a slot at this time, in nanoseconds.
    pub fn request(&mut self, now: u64) -> Admission {
        self.stats.requests += 1;
        if self.in_use < self.size {
            return Admission::Granted(self.take_free());
        }
        if self.waiting.len() >= self.most_waiting {
            self.stats.refused += 1;
            return Admission::Refused;
        }
        let ticket = Ticket(self.next_ticket);
        self.next_ticket += 1;
        self.waiting.push_back(Waiter { ticket, since: now });
        self.stats.most_waiting = self.stats.most_waiting.max(self.waiting.len() as u64);
        Admission::Waiting(ticket)
    }

    /// Gives a slot back at this time, in nanoseconds, and grants one to the first who waits. A slot of another pool that is
    /// not out here changes nothing.
    pub fn release(&mut self, slot: Slot, now: u64) -> Option<Grant> {
        let taken = self.taken.get_mut(slot.0 as usize)?;
        if !std::mem::replace(taken, false) {
            return None;
        }
        self.in_use -= 1;
        self.grant_next(now)
    }

    /// Gives up waiting. Says whether the ticket was waiting; if not, its slot was granted already and must be released.
    pub fn cancel(&mut self, ticket: Ticket) -> bool {
        // Tickets are in order, since they are numbered as they come.
        let Ok(place) = self.waiting.binary_search_by_key(&ticket, |waiter| waiter.ticket) else {
            return false;
        };
        self.waiting.remove(place);
        self.stats.cancelled += 1;
        true
    }

    /// Changes the number of slots at this time, in nanoseconds, and grants the new ones to those who wait. When it shrinks,
    /// slots that are out stay out until they are released.
    pub fn resize(&mut self, size: u32, now: u64) -> Vec<Grant> {
        self.size = size;
        std::iter::from_fn(|| self.grant_next(now)).collect()
    }

    /// How many slots there are.
    pub fn size(&self) -> u32 {
        self.size
    }

    /// How many slots are out; more than there are only while a pool that shrank waits for their release.
    pub fn in_use(&self) -> u32 {
        self.in_use
    }

    /// How many wait.
    pub fn waiting(&self) -> usize {
        self.waiting.len()
    }

    /// The counters.
    pub fn stats(&self) -> PoolStats {
        self.stats
    }

    fn grant_next(&mut self, now: u64) -> Option<Grant> {
        if self.in_use >= self.size {
            return None;
        }
        let Waiter { ticket, since } = self.waiting.pop_front()?;
        let waited = now.saturating_sub(since);
        self.stats.granted_after_waiting += 1;
        self.stats.total_wait = self.stats.total_wait.saturating_add(waited);
        self.stats.longest_wait = self.stats.longest_wait.max(waited);
        Some(Grant { ticket, slot: self.take_free(), waited })
    }

    /// Takes the free slot with the lowest number. As long as fewer are out than there are, it is below the size.
    fn take_free(&mut self) -> Slot {
        let free = self.taken.iter().position(|taken| !taken).unwrap_or(self.taken.len());
        match self.taken.get_mut(free) {
            Some(taken) => *taken = true,
            None => self.taken.push(true),
        }
        self.in_use += 1;
        self.stats.granted += 1;
        self.stats.most_in_use = self.stats.most_in_use.max(self.in_use);
        Slot(u32::try_from(free).unwrap_or(u32::MAX))
    }
}
