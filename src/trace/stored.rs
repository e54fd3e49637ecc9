//! A trace: the events of a run with keyframes, so that the scene at any time is near.

use super::{Digest, Scene, digest};
use crate::engine::VirtualTime;
use crate::world::Event;

/// Fewest events between two keyframes.
const LEAST_STRIDE: usize = 256;

struct Keyframe {
    /// How many events are in the scene.
    applied: usize,
    scene: Scene,
}

/// What happened in a run.
pub struct Trace {
    events: Vec<Event>,
    keyframes: Vec<Keyframe>,
    end: VirtualTime,
    digest: Digest,
}

impl Trace {
    /// A trace of these events, which are in the order of their times.
    #[must_use]
    pub fn new(events: Vec<Event>, end: VirtualTime) -> Self {
        let digest = digest(&events);
        let mut scene = Scene::default();
        let mut keyframes = vec![Keyframe { applied: 0, scene: scene.clone() }];
        let mut last = 0;
        for (index, event) in events.iter().enumerate() {
            scene.apply(event);
            let applied = index + 1;
            // So all keyframes together have no more parts than there are events.
            if applied - last >= LEAST_STRIDE.max(scene.size()) {
                keyframes.push(Keyframe { applied, scene: scene.clone() });
                last = applied;
            }
        }
        Self { events, keyframes, end, digest }
    }

    /// The events in order.
    #[must_use]
    pub fn events(&self) -> &[Event] {
        &self.events
    }

    /// When the run ended.
    #[must_use]
    pub fn end(&self) -> VirtualTime {
        self.end
    }

    /// The hash of all events.
    #[must_use]
    pub fn digest(&self) -> Digest {
        self.digest
    }

    /// How many events have happened at that time, those at the very time included.
    #[must_use]
    pub fn count_until(&self, at: VirtualTime) -> usize {
        self.events.partition_point(|event| event.at <= at)
    }

    /// The time of the first event after `at`; the end when there is none.
    #[must_use]
    pub fn next_time(&self, at: VirtualTime) -> VirtualTime {
        self.events.get(self.count_until(at)).map_or(self.end, |event| event.at)
    }

    /// The time of the last event before `at`; the start when there is none.
    #[must_use]
    pub fn previous_time(&self, at: VirtualTime) -> VirtualTime {
        let count = self.events.partition_point(|event| event.at < at);
        count.checked_sub(1).and_then(|last| self.events.get(last)).map_or(VirtualTime::ZERO, |event| event.at)
    }

    /// The scene at that time.
    #[must_use]
    pub fn scene(&self, at: VirtualTime) -> Scene {
        let mut projector = Projector::default();
        projector.scene(self, at).clone()
    }
}

/// Keeps the last scene, so that playing forward applies each event once.
#[derive(Default)]
pub struct Projector {
    scene: Scene,
    applied: usize,
}

impl Projector {
    /// The scene at that time. Use one projector for one trace.
    pub fn scene<'a>(&'a mut self, trace: &Trace, at: VirtualTime) -> &'a Scene {
        let wanted = trace.count_until(at);
        let place = trace.keyframes.partition_point(|keyframe| keyframe.applied <= wanted);
        if let Some(keyframe) = place.checked_sub(1).and_then(|place| trace.keyframes.get(place)) {
            let is_near = self.applied <= wanted && self.applied >= keyframe.applied;
            if !is_near {
                self.scene.clone_from(&keyframe.scene);
                self.applied = keyframe.applied;
            }
        }
        for event in trace.events.iter().take(wanted).skip(self.applied) {
            self.scene.apply(event);
        }
        self.applied = wanted;
        &self.scene
    }
}
