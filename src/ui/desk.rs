//! The page's state and everything that can be done to it.

use std::rc::Rc;

use leptos::prelude::*;
use leptos::reactive::owner::LocalStorage;

use super::State;
use super::derived::{Derive, Memo, memo};
use super::kept::Kept;
use crate::embed::{Language, LoadRequest, Params, Theme};
use crate::engine::VirtualTime;
use crate::run::{Futures, Playhead, Run, Session, StateReport, state};
use crate::scenario::{Action, Intervention, Knob, Scenario, ScenarioError, encode};
use crate::trace::{Frame, Projector, Scene};
use crate::ui::words::explained_html;
use crate::world::Incident;

/// How the page is shown.
#[derive(Clone, Debug, PartialEq)]
pub struct ViewSettings {
    /// Light or dark.
    pub theme: Theme,
    /// The language of the texts.
    pub language: Language,
    /// Whether the page is part of another.
    pub embed: bool,
    /// The panels to be shown; none: all.
    pub panels: Vec<&'static str>,
    /// The patterns to be compared with.
    pub compare: Vec<&'static str>,
    /// The lesson to begin with.
    pub lesson: Option<String>,
    /// The experiment to be made at once.
    pub experiment: Option<String>,
}

impl ViewSettings {
    /// Whether a panel is to be shown.
    #[must_use]
    pub fn shows(&self, panel: &str) -> bool {
        self.panels.is_empty() || self.panels.contains(&panel)
    }
}

/// The page's state. A handle that can be copied; it is given to all components by context.
#[derive(Clone, Copy)]
pub struct Desk {
    session: StoredValue<Session, LocalStorage>,
    projector: StoredValue<Projector, LocalStorage>,
    /// Counts the changes of the run: whatever derives from the run depends on it.
    revision: State<u32>,
    head: State<Playhead>,
    frame: RwSignal<Rc<Frame>, LocalStorage>,
    scenario_id: State<Option<&'static str>>,
    view: State<ViewSettings>,
    notices: State<Vec<String>>,
    futures: State<Futures>,
    /// Whether the run stops at the next violation.
    stops: State<bool>,
    /// What is explained, drawn; empty: nothing.
    explained: State<String>,
}

impl Desk {
    /// The state that a link asks for.
    ///
    /// # Errors
    ///
    /// When the scenario can't be run, which reading the link has made sure of.
    pub fn new(params: Params) -> Result<Self, ScenarioError> {
        let futures = Futures::of(params.scenario.clone());
        let session = Session::new(params.scenario)?;
        let head = Playhead {
            at: VirtualTime::from_secs_f64(params.at).min(session.end()),
            playing: params.autoplay,
            speed: params.speed,
        };
        let frame = Rc::new(Frame::of(&session.run.trace.scene(head.at), head.at));
        let view = ViewSettings {
            theme: params.theme,
            language: params.language,
            embed: params.embed,
            panels: params.panels,
            compare: params.compare,
            lesson: params.lesson,
            experiment: params.experiment,
        };
        Ok(Self {
            session: StoredValue::new_local(session),
            projector: StoredValue::new_local(Projector::default()),
            revision: State::new(0),
            head: State::new(head),
            frame: RwSignal::new_local(frame),
            scenario_id: State::new(params.scenario_id),
            view: State::new(view),
            notices: State::new(params.problems),
            futures: State::new(futures),
            stops: State::new(false),
            explained: State::new(String::new()),
        })
    }

    /// The desk of the page that a component is part of.
    #[must_use]
    pub fn of_page() -> Self {
        expect_context()
    }

    /// What is to be seen now; follows the playhead and the run.
    #[must_use]
    pub fn frame(self) -> Rc<Frame> {
        self.frame.get()
    }

    /// What is to be seen now, without following it.
    #[must_use]
    pub fn frame_now(self) -> Rc<Frame> {
        self.frame.get_untracked()
    }

    /// A value derived from the frame, which changes only when the value does.
    pub fn watch<T>(self, derive: impl Fn(&Frame) -> T + Send + Sync + 'static) -> Memo<T>
    where
        T: PartialEq + Send + Sync + 'static,
    {
        Memo::kept(self.of_frame(Box::new(move |frame| Kept::new(derive(frame)))))
    }

    fn of_frame(self, derive: Box<dyn Fn(&Frame) -> Kept + Send + Sync>) -> Derive {
        Box::new(move || self.frame.with(|frame| derive(frame)))
    }

    /// A value derived from the run, which is computed again when the run changes.
    pub fn watch_run<T>(self, derive: impl Fn(&Run) -> T + Send + Sync + 'static) -> Memo<T>
    where
        T: PartialEq + Send + Sync + 'static,
    {
        Memo::kept(self.of_run(Box::new(move |run| Kept::new(derive(run)))))
    }

    fn of_run(self, derive: Box<dyn Fn(&Run) -> Kept + Send + Sync>) -> Derive {
        Box::new(move || {
            self.revision.track();
            self.with_run(|run| derive(run))
        })
    }

    /// A value derived from the run and the playhead.
    pub fn watch_moment<T>(self, derive: impl Fn(&Run, VirtualTime) -> T + Send + Sync + 'static) -> Memo<T>
    where
        T: PartialEq + Send + Sync + 'static,
    {
        memo(move || {
            self.revision.track();
            let at = self.head.get().at;
            self.with_run(|run| derive(run, at))
        })
    }

    /// Follows the run: whatever calls this is computed again when the run changes.
    pub fn follow_run(self) {
        self.revision.track();
    }

    /// Looks at the run without following it.
    pub fn with_run<T>(self, look: impl FnOnce(&Run) -> T) -> T {
        self.session.with_value(|session| look(&session.run))
    }

    /// The playhead; follows it.
    #[must_use]
    pub fn head(self) -> Playhead {
        self.head.get()
    }

    /// The playhead without following it.
    #[must_use]
    pub fn head_now(self) -> Playhead {
        self.head.get_untracked()
    }

    /// The ready scenario that is shown; follows it.
    #[must_use]
    pub fn scenario_id(self) -> Option<&'static str> {
        self.scenario_id.get()
    }

    /// How the page is shown; follows it.
    #[must_use]
    pub fn view(self) -> State<ViewSettings> {
        self.view
    }

    /// What the person should be told; follows it.
    #[must_use]
    pub fn notices(self) -> State<Vec<String>> {
        self.notices
    }

    /// Whether a run that plays stops at the next violation; follows it.
    #[must_use]
    pub fn stops(self) -> State<bool> {
        self.stops
    }

    /// What is explained, drawn; empty: nothing. Follows it.
    #[must_use]
    pub fn explained(self) -> String {
        self.explained.get()
    }

    /// Explains the anomalies at these places among the marks of the audit; none: what was explained is closed.
    pub fn explain(self, marks: &[u32], stopped: bool) {
        self.explained.set(self.with_run(|run| explained_html(run, marks, stopped)));
    }

    /// Tells the person something.
    pub fn notify(self, text: impl Into<String>) {
        let text = text.into();
        self.notices.update(|notices| {
            notices.retain(|notice| *notice != text);
            notices.push(text);
        });
    }

    /// The state as the contract tells it.
    #[must_use]
    pub fn state(self) -> StateReport {
        let head = self.head.get_untracked();
        self.with_scene(head.at, |run, scene| state(run, &head, scene))
    }

    /// The value of a link's `run` parameter for this run.
    #[must_use]
    pub fn link(self) -> String {
        self.with_run(|run| encode(&run.scenario))
    }

    /// Loads a run and goes to its start.
    ///
    /// # Errors
    ///
    /// When it can't be run; all stays as it was.
    pub fn load(self, load: LoadRequest) -> Result<(), ScenarioError> {
        let futures = Futures::of(load.scenario.clone());
        let session = Session::new(load.scenario)?;
        self.futures.set(futures);
        self.session.set_value(session);
        self.scenario_id.set(load.scenario_id);
        self.head.update(|head| head.at = VirtualTime::ZERO);
        self.run_changed();
        Ok(())
    }

    /// Lets time go on; from the start, if it was at the end.
    pub fn play(self) {
        let end = self.end();
        self.head.update(|head| {
            if head.at >= end {
                head.at = VirtualTime::ZERO;
            }
            head.playing = true;
        });
        self.explain(&[], false);
        self.show();
    }

    /// Stops time.
    pub fn pause(self) {
        self.head.update(|head| head.playing = false);
    }

    /// Plays or pauses.
    pub fn toggle(self) {
        if self.head.get_untracked().playing { self.pause() } else { self.play() }
    }

    /// Goes on by so many real seconds. Says whether it has just come to the end.
    pub fn advance(self, real_seconds: f64) -> bool {
        let (end, before) = (self.end(), self.head.get_untracked().at);
        let next =
            if self.stops.get_untracked() { self.with_run(|run| run.audit.violation_after(before)) } else { None };
        let (mut ended, mut stopped) = (false, false);
        self.head.update(|head| {
            ended = head.advance(real_seconds, end);
            stopped = head.stop_at(next);
        });
        if let Some(at) = next.filter(|_| stopped) {
            let marks = self.with_run(|run| run.audit.violations_at(at));
            self.explain(&marks, stopped);
        }
        self.show();
        ended && !stopped
    }

    /// Goes to a time, at most the end.
    pub fn seek(self, at: VirtualTime) {
        let end = self.end();
        self.head.update(|head| head.seek(at, end));
        self.show();
    }

    /// Goes to the next event or to the one before, and stops there.
    pub fn step(self, forward: bool) {
        let at = self.head.get_untracked().at;
        let target = self.with_run(|run| if forward { run.trace.next_time(at) } else { run.trace.previous_time(at) });
        self.pause();
        self.seek(target);
    }

    /// Changes the speed.
    pub fn set_speed(self, speed: f64) {
        self.head.update(|head| head.set_speed(speed));
    }

    /// Lets a fault happen now.
    ///
    /// # Errors
    ///
    /// When it can't; all stays as it was.
    pub fn inject(self, incident: impl Into<Incident>) -> Result<(), ScenarioError> {
        self.intervene(Action::Inject(incident.into()), None)
    }

    /// Turns a setting, from now on. At the very start, the scenario itself begins with it.
    ///
    /// # Errors
    ///
    /// When the value is out of range; all stays as it was.
    pub fn turn(self, knob: Knob, value: f64) -> Result<(), ScenarioError> {
        self.intervene(Action::Set { name: knob, value }, None)
    }

    /// Types a command to the cache, now, and gives its reply.
    ///
    /// # Errors
    ///
    /// When it can't be typed; all stays as it was.
    pub fn type_command(self, text: &str) -> Result<String, ScenarioError> {
        self.intervene(Action::Command { text: text.to_owned() }, None)?;
        let at = self.head.get_untracked().at;
        Ok(self.with_run(|run| crate::run::last_reply(run, at)).unwrap_or_default())
    }

    /// Another pattern on the same scenario, from the start.
    ///
    /// # Errors
    ///
    /// When it can't be run; all stays as it was.
    pub fn choose_pattern(self, id: &str) -> Result<(), ScenarioError> {
        let mut scenario = self.session.with_value(|session| session.origin.clone());
        id.clone_into(&mut scenario.pattern);
        self.load(LoadRequest { scenario, scenario_id: self.scenario_id.get_untracked() })
    }

    /// Takes back what was done to the run since it was loaded.
    ///
    /// # Errors
    ///
    /// Never for a scenario that was loaded before.
    pub fn reset(self) -> Result<(), ScenarioError> {
        let mut result = Ok(());
        self.session.update_value(|session| result = session.reset());
        self.futures.update(|futures| drop(futures.choose(0)));
        self.run_changed();
        result
    }

    /// The futures of the run; follows them.
    #[must_use]
    pub fn futures(self) -> State<Futures> {
        self.futures
    }

    /// Shows another future of the run, at the same time.
    ///
    /// # Errors
    ///
    /// Never for a future that was seen before.
    pub fn show_future(self, place: usize) -> Result<(), ScenarioError> {
        let mut chosen = None;
        self.futures.update(|futures| chosen = futures.choose(place));
        let Some(scenario) = chosen else { return Ok(()) };
        let run = Run::of(scenario)?;
        self.session.update_value(|session| session.run = run);
        self.run_changed();
        Ok(())
    }

    /// Whether something was done to the run since it was loaded; follows the run.
    #[must_use]
    pub fn is_changed(self) -> bool {
        self.revision.track();
        self.session.with_value(Session::is_changed)
    }

    /// The scenario as it is now.
    #[must_use]
    pub fn scenario(self) -> Scenario {
        self.with_run(|run| run.scenario.clone())
    }

    /// Does something to the run at a time, or now.
    ///
    /// # Errors
    ///
    /// When it can't be done; all stays as it was.
    pub fn intervene(self, action: Action, at: Option<VirtualTime>) -> Result<(), ScenarioError> {
        let at = at.unwrap_or_else(|| self.head.get_untracked().at);
        let mut result = Ok(());
        let intervention = Intervention { at, action };
        self.session.update_value(|session| result = session.intervene(intervention.clone()));
        if result.is_ok() {
            let scenario = self.scenario();
            self.futures.update(|futures| futures.branch(&intervention, &scenario));
            self.run_changed();
        }
        result
    }

    fn end(self) -> VirtualTime {
        self.session.with_value(Session::end)
    }

    fn run_changed(self) {
        self.projector.set_value(Projector::default());
        self.explain(&[], false);
        self.revision.update(|revision| *revision += 1);
        self.show();
    }

    fn show(self) {
        let at = self.head.get_untracked().at;
        let frame = self.with_scene(at, |_, scene| Frame::of(scene, at));
        self.frame.set(Rc::new(frame));
    }

    /// Looks at the run and at the scene of the moment that is shown, without following them.
    pub fn with_moment<T>(self, look: impl FnOnce(&Run, &Scene) -> T) -> T {
        self.with_scene(self.head.get_untracked().at, look)
    }

    fn with_scene<T>(self, at: VirtualTime, look: impl FnOnce(&Run, &Scene) -> T) -> T {
        let session = self.session.read_value();
        let mut projector = self.projector.write_value();
        look(&session.run, projector.scene(&session.run.trace, at))
    }
}
