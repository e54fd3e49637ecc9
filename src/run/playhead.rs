//! Where in the run we are, and how fast we go.

use crate::decimal::within;
use crate::engine::VirtualTime;

/// The least and the greatest speed: seconds of virtual time for each second of the spectator's.
pub const SPEEDS: (f64, f64) = (0.05, 100.0);

/// The position and the pace.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Playhead {
    /// The virtual time that is shown.
    pub at: VirtualTime,
    /// Whether time goes on by itself.
    pub playing: bool,
    /// Virtual seconds for each real one, within [`SPEEDS`].
    pub speed: f64,
}

impl Default for Playhead {
    fn default() -> Self {
        Self { at: VirtualTime::ZERO, playing: false, speed: 1.0 }
    }
}

impl Playhead {
    /// Goes on by so many real seconds, at most to the end, where it stops. Says whether it has come to the end.
    pub fn advance(&mut self, real_seconds: f64, end: VirtualTime) -> bool {
        if !self.playing {
            return false;
        }
        let next = self.at.as_secs_f64() + real_seconds.max(0.0) * self.speed;
        self.at = VirtualTime::from_secs_f64(next).min(end);
        let ended = self.at >= end;
        self.playing = !ended;
        ended
    }

    /// Stops at a time that it has just passed or come to. Says whether it has.
    pub fn stop_at(&mut self, at: Option<VirtualTime>) -> bool {
        let Some(at) = at.filter(|at| *at <= self.at) else { return false };
        (self.at, self.playing) = (at, false);
        true
    }

    /// Another speed; one out of bounds becomes the nearest within.
    pub fn set_speed(&mut self, speed: f64) {
        if speed.is_finite() {
            self.speed = within(speed, SPEEDS.0, SPEEDS.1);
        }
    }

    /// Goes to a time, at most the end.
    pub fn seek(&mut self, at: VirtualTime, end: VirtualTime) {
        self.at = at.min(end);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_stops_at_the_end_and_says_so_once() {
        let end = VirtualTime::from_secs(2);
        let mut head = Playhead { playing: true, speed: 4.0, ..Playhead::default() };
        assert!(!head.advance(0.25, end));
        assert_eq!(head.at, VirtualTime::from_secs(1));
        assert!(head.advance(1.0, end));
        assert_eq!((head.at, head.playing), (end, false));
        assert!(!head.advance(1.0, end));
    }

    #[test]
    fn it_stops_at_what_it_has_passed_and_not_at_what_is_to_come() {
        let end = VirtualTime::from_secs(9);
        let mut head = Playhead { playing: true, ..Playhead::default() };
        head.advance(2.0, end);
        assert!(!head.stop_at(None) && !head.stop_at(Some(VirtualTime::from_secs(3))));
        assert!(head.playing && head.stop_at(Some(VirtualTime::from_millis(1_500))));
        assert_eq!((head.at, head.playing), (VirtualTime::from_millis(1_500), false));
    }

    #[test]
    fn a_wild_speed_is_tamed() {
        let mut head = Playhead::default();
        for (wild, tame) in [(1e9, 100.0), (-3.0, 0.05), (f64::NAN, 0.05)] {
            head.set_speed(wild);
            assert_eq!(head.speed, tame);
        }
    }
}
