//! The packets, drawn by hand in each of sixty frames a second: one element a message, kept and moved from frame to frame,
//! and used again for another message later. Of more than a dozen no words could be read: they become a crowd of dots.

use std::cell::RefCell;
use std::rc::Rc;

use wasm_bindgen::JsCast;
use web_sys::{Document, Element, HtmlElement, MouseEvent};

use super::board::Board;
use super::crowd::{Crowd, Dot};
use super::menu::take_hold;
use crate::decimal::Decimal;
use crate::order::SmallMap;
use crate::trace::PacketView;
use crate::trace::Token;
use crate::ui::effect;
use crate::ui::geometry::{Flag, Flags, Layout, Point, Spot, route};
use crate::ui::icons::token_reference;
use crate::ui::part::{Part, set_style};
use crate::ui::shell::Trail;
use crate::ui::views::{fall, wordings};
use crate::world::{MessageId, RequestId};

/// From so many packets on, or at so high a speed, packets are dots without words.
const CROWD: usize = 12;
const RUSH: f64 = 5.0;

/// Most elements that are kept for later messages.
const SPARE: usize = 24;

/// The packets.
pub fn packets() -> Part {
    let board = Board::of_stage();
    let part = Part::new(r#"<div class="stage__packets"></div>"#)
        .on("click", move |event: MouseEvent| grip(board, &event))
        .on("mousedown", move |event: MouseEvent| grip(board, &event));
    let ground: HtmlElement = part.element().clone().unchecked_into();
    let trail = Trail::of_page();
    let cast = RefCell::new(Cast::default());
    effect(move || {
        let frame = board.desk.frame();
        let layout = board.layout.get();
        let followed = trail.followed();
        let pace = Pace {
            speed: board.speed.get(),
            calm: board.calm.get(),
            coat: board.coat.get(),
            followed,
            zoom: board.zoom.get(),
        };
        cast.borrow_mut().show(&ground, &layout, &frame.packets, pace);
    });
    part
}

/// Opens the menu of the message that an event is about. One that flies is hit when the button goes down; when that comes
/// up again, it is elsewhere.
fn grip(board: Board, event: &MouseEvent) {
    let target = event.target().and_then(|target| target.dyn_into::<Element>().ok());
    let packet = target.and_then(|target| target.closest(".packet").ok().flatten());
    let message = packet.and_then(|packet| packet.get_attribute("data-message")?.parse().ok());
    if let Some(message) = message.filter(|_| event.button() == 0) {
        // The press would take the focus from the menu.
        event.prevent_default();
        take_hold(board, MessageId(message));
    }
}

/// Where a packet is.
pub fn spot(layout: &Layout, packet: &PacketView) -> Option<Point> {
    let (id, way) = route(packet.from, packet.to)?;
    Some(layout.lane(id)?.spot(way, packet.progress, 0.0, layout.width).at)
}

/// All that can be seen as a packet: single ones with their words, or a crowd.
#[derive(Default)]
struct Cast {
    pool: Pool,
    crowd: Option<Crowd>,
}

impl Cast {
    fn show(&mut self, ground: &HtmlElement, layout: &Layout, packets: &[PacketView], pace: Pace) {
        let is_crowd = packets.len() > CROWD || pace.speed > RUSH;
        if is_crowd && self.crowd.is_none() {
            self.crowd = Crowd::over(ground);
        }
        // A held one can be let go also in a crowd, and one that is followed can be seen.
        let apart: Vec<PacketView>;
        let (single, dots) = match &self.crowd {
            Some(_) if is_crowd => {
                apart = packets.iter().filter(|packet| pace.sets_apart(packet)).cloned().collect();
                (&apart[..], dots(layout, packets, pace))
            }
            _ => (packets, Vec::new()),
        };
        if let Some(crowd) = &mut self.crowd {
            crowd.show(&dots, layout, pace.coat, pace.zoom);
        }
        self.pool.show(ground, layout, single, pace);
    }
}

fn dots(layout: &Layout, packets: &[PacketView], pace: Pace) -> Vec<Dot> {
    let dot = |packet: &PacketView| {
        let at = spot(layout, packet)?;
        Some(Dot { token: Token::of(packet.kind), at, lost: pace.fall(packet) })
    };
    packets.iter().filter(|packet| !pace.sets_apart(packet)).filter_map(dot).collect()
}

/// How the packets move and look, all of them.
#[derive(Clone, Copy)]
struct Pace {
    speed: f64,
    calm: bool,
    /// How often the page has taken on new colours.
    coat: u32,
    followed: Option<RequestId>,
    zoom: f64,
}

impl Pace {
    /// Whether a packet is never part of a crowd.
    fn sets_apart(self, packet: &PacketView) -> bool {
        packet.held || self.followed.is_some() && packet.request == self.followed
    }

    /// The share of a lost packet's fall.
    fn fall(self, packet: &PacketView) -> Option<f64> {
        packet.lost.map(|(since, _)| fall(since.as_secs_f64(), self.speed, self.calm))
    }
}

/// The elements, by message, and those to be used again.
#[derive(Default)]
struct Pool {
    used: SmallMap<MessageId, Puppet>,
    spare: Vec<Puppet>,
}

impl Pool {
    fn show(&mut self, ground: &HtmlElement, layout: &Layout, packets: &[PacketView], pace: Pace) {
        self.dismiss(packets);
        let mut flags = Flags::default();
        for packet in packets {
            let Some((id, way)) = route(packet.from, packet.to) else { continue };
            let Some(lane) = layout.lane(id) else { continue };
            let Some(puppet) = self.puppet(ground, packet) else { continue };
            let dot = lane.is_short();
            let flag = if dot { None } else { Flag::fitting(&puppet.wordings, lane.room(layout.width)) };
            let width = flag.map_or(0.0, |flag| flag.width);
            let spot = lane.spot(way, packet.progress, width, layout.width);
            let words = flag.filter(|_| flags.put(&spot, width)).map(|flag| flag.words.to_owned());
            puppet.pose(
                Pose { heading: lane.heading(way), dot, lost: pace.fall(packet), held: packet.held },
                spot,
                words,
            );
        }
        self.put_away();
    }

    /// Frees the elements whose messages are no longer to be seen. They stay where they are for now: after a jump in time
    /// most of them play other messages at once.
    fn dismiss(&mut self, packets: &[PacketView]) {
        let leaves = |id: &MessageId, puppet: &Puppet| {
            // Packets are in the order of their sending, which is that of their numbers.
            let place = packets.binary_search_by_key(id, |packet| packet.message);
            place.ok().and_then(|place| packets.get(place)).is_none_or(|packet| !puppet.plays(packet))
        };
        let gone: Vec<MessageId> =
            self.used.iter().filter(|(id, puppet)| leaves(id, puppet)).map(|(id, _)| *id).collect();
        self.spare.extend(gone.iter().filter_map(|id| self.used.remove(id)));
    }

    /// Takes the free elements off the stage, and forgets those that are too many.
    fn put_away(&mut self) {
        for puppet in &mut self.spare {
            if std::mem::take(&mut puppet.on_stage) {
                puppet.element.remove();
            }
        }
        self.spare.truncate(SPARE);
    }

    fn puppet(&mut self, ground: &HtmlElement, packet: &PacketView) -> Option<&mut Puppet> {
        if !self.used.contains_key(&packet.message) {
            let mut puppet = match self.take_spare(Token::of(packet.kind)) {
                Some(puppet) => puppet,
                None => Puppet::new(&ground.owner_document()?)?,
            };
            puppet.dress(packet);
            if !puppet.on_stage {
                ground.append_child(&puppet.element).ok()?;
                puppet.on_stage = true;
            }
            self.used.insert(packet.message, puppet);
        }
        self.used.get_mut(&packet.message)
    }

    /// A free element, if it can be one that needs no other token.
    fn take_spare(&mut self, kind: Token) -> Option<Puppet> {
        let alike = self.spare.iter().rposition(|puppet| puppet.kind == Some(kind));
        let place = alike.or_else(|| self.spare.len().checked_sub(1))?;
        Some(self.spare.swap_remove(place))
    }
}

/// How a packet is shown, beside its place.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Pose {
    heading: &'static str,
    dot: bool,
    lost: Option<f64>,
    held: bool,
}

/// The element of a message.
struct Puppet {
    element: HtmlElement,
    /// Whether it is part of the page.
    on_stage: bool,
    token: Element,
    /// The button by which it is taken hold of.
    grip: Element,
    flag: HtmlElement,
    kind: Option<Token>,
    text: Rc<str>,
    wordings: Vec<String>,
    pose: Option<Pose>,
    place: String,
    flag_place: String,
    words: Option<String>,
}

impl Puppet {
    fn new(document: &Document) -> Option<Self> {
        let element: HtmlElement = document.create_element("div").ok()?.dyn_into().ok()?;
        element.set_class_name("packet");
        set(&element, "data-testid", "packet");
        element.set_inner_html(r#"<i class="packet__tail"></i><svg class="token packet__token" aria-hidden="true"></svg><span class="packet__flag" aria-hidden="true" hidden></span><button class="packet__grip" type="button" aria-haspopup="menu"></button>"#);
        let token = element.query_selector(".packet__token").ok()??;
        let grip = element.query_selector(".packet__grip").ok()??;
        let flag: HtmlElement = element.query_selector(".packet__flag").ok()??.dyn_into().ok()?;
        Some(Self {
            element,
            on_stage: false,
            token,
            grip,
            flag,
            kind: None,
            text: Rc::from(""),
            wordings: Vec::new(),
            pose: None,
            place: String::new(),
            flag_place: String::new(),
            words: None,
        })
    }

    /// Whether it is dressed for this message: a changed run may have another one of the same number.
    fn plays(&self, packet: &PacketView) -> bool {
        self.kind == Some(Token::of(packet.kind)) && (Rc::ptr_eq(&self.text, &packet.text) || self.text == packet.text)
    }

    fn dress(&mut self, packet: &PacketView) {
        let kind = Token::of(packet.kind);
        if self.kind != Some(kind) {
            self.kind = Some(kind);
            set(&self.element, "data-kind", kind.id());
            set(&self.token, "data-kind", kind.id());
            self.token.set_inner_html(&token_reference(kind.id()));
        }
        self.text = Rc::clone(&packet.text);
        self.wordings = wordings(packet);
        set(&self.element, "data-message", &packet.message.0.to_string());
        set(&self.element, "data-request", &packet.request.map_or_else(String::new, |request| request.0.to_string()));
        let words = self.wordings.first().map_or("", |words| words.as_str());
        let (from, to) = (packet.from.name(), packet.to.name());
        set(&self.grip, "aria-label", &format!("Message from {from} to {to}: {words}. Take hold of it"));
    }

    fn pose(&mut self, pose: Pose, spot: Spot, words: Option<String>) {
        if self.pose != Some(pose) {
            self.pose = Some(pose);
            set(&self.element, "data-dir", pose.heading);
            set(&self.element, "data-size", if pose.dot { "dot" } else { "full" });
            set(&self.element, "data-lost", if pose.lost.is_some() { "true" } else { "false" });
            set(&self.element, "data-held", if pose.held { "true" } else { "false" });
            style(&self.element, "--fall", &Decimal(pose.lost.unwrap_or(0.0)).to_string());
        }
        let place = format!("translate({:.1}px,{:.1}px)", Decimal(spot.at.x), Decimal(spot.at.y));
        if self.place != place {
            style(&self.element, "transform", &place);
            self.place = place;
        }
        self.hoist(spot, words);
    }

    fn hoist(&mut self, spot: Spot, words: Option<String>) {
        if self.words != words {
            self.flag.set_hidden(words.is_none());
            if let Some(words) = &words {
                self.flag.set_text_content(Some(words));
            }
            self.words = words;
        }
        if self.words.is_none() {
            return;
        }
        let place = format!(
            "--room:{:.0}px;transform:translate(calc(-50% + {:.1}px),calc(-50% + {:.1}px))",
            Decimal(spot.room),
            Decimal(spot.flag.x),
            Decimal(spot.flag.y)
        );
        if self.flag_place != place {
            set_style(&self.flag, &place);
            self.flag_place = place;
        }
    }
}

fn set(element: &Element, name: &str, value: &str) {
    // It fails only for names that are no names.
    let _ = element.set_attribute(name, value);
}

fn style(element: &HtmlElement, name: &str, value: &str) {
    let _ = element.style().set_property(name, value);
}
