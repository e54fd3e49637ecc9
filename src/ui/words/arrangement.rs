//! In which order the panels stand, and which are put away.

/// The panels of the whole page, in their first order: what they are called on this device, and what they are called on the
/// page.
pub const PANELS: [(&str, &str); 12] = [
    ("losses", "Acknowledged writes"),
    ("cures", "Before and after"),
    ("futures", "What if?"),
    ("code", "The code that runs"),
    ("sequence", "Who met whom"),
    ("metrics", "Figures"),
    ("compare", "Patterns compared"),
    ("settings", "Settings and console"),
    ("log", "Log"),
    ("guide", "Which pattern suits you?"),
    ("claims", "What the course says"),
    ("lab", "The lab"),
];

/// A panel's place among [`PANELS`], and whether it is shown.
type Placed = (usize, bool);

/// The order of the panels.
#[derive(Clone, Debug, PartialEq)]
pub struct Arrangement(Vec<Placed>);

impl Default for Arrangement {
    fn default() -> Self {
        Self((0..PANELS.len()).map(|place| (place, true)).collect())
    }
}

impl Arrangement {
    /// Reads what [`Arrangement::write`] wrote. Panels that are not named come last; names that are not known are left out.
    #[must_use]
    pub fn read(text: &str) -> Self {
        let mut placed: Vec<Placed> = Vec::new();
        for word in text.split(',') {
            let (name, shown) = word.strip_prefix('-').map_or((word, true), |name| (name, false));
            let place = PANELS.iter().position(|(known, _)| *known == name);
            if let Some(place) = place.filter(|place| placed.iter().all(|(other, _)| other != place)) {
                placed.push((place, shown));
            }
        }
        for place in 0..PANELS.len() {
            if placed.iter().all(|(other, _)| *other != place) {
                placed.push((place, true));
            }
        }
        Self(placed)
    }

    /// The panels by their names, those that are put away with a `-` before theirs.
    #[must_use]
    pub fn write(&self) -> String {
        let word = |(place, shown): &Placed| format!("{}{}", if *shown { "" } else { "-" }, PANELS[*place].0);
        self.0.iter().map(word).collect::<Vec<_>>().join(",")
    }

    /// Each panel in its turn.
    pub fn iter(&self) -> impl Iterator<Item = Placed> + '_ {
        self.0.iter().copied()
    }

    /// Shows a panel, or puts it away.
    pub fn toggle(&mut self, panel: usize) {
        if let Some((_, shown)) = self.0.iter_mut().find(|(place, _)| *place == panel) {
            *shown = !*shown;
        }
    }

    /// Moves a panel one place up or down, where there is one.
    pub fn shift(&mut self, panel: usize, down: bool) {
        let Some(from) = self.0.iter().position(|(place, _)| *place == panel) else { return };
        let to = if down { from + 1 } else { from.wrapping_sub(1) };
        if to < self.0.len() {
            self.0.swap(from, to);
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_panel_moves_up_and_down_and_stays_at_the_ends() {
        let mut arrangement = Arrangement::default();
        arrangement.shift(0, false);
        assert_eq!(arrangement, Arrangement::default());
        arrangement.shift(1, false);
        arrangement.toggle(0);
        assert!(arrangement.write().starts_with("cures,-losses,futures,"));
        arrangement.shift(11, true);
        assert!(arrangement.write().ends_with(",lab"));
    }

    proptest! {
        #[test]
        fn any_text_gives_all_panels_once(text in "([a-z-]{0,10},){0,20}") {
            let mut panels: Vec<usize> = Arrangement::read(&text).iter().map(|(place, _)| place).collect();
            panels.sort_unstable();
            prop_assert_eq!(panels, (0..PANELS.len()).collect::<Vec<_>>());
        }

        #[test]
        fn what_is_written_is_read(moves in proptest::collection::vec((0..PANELS.len(), 0_u8..3), 0..40)) {
            let mut arrangement = Arrangement::default();
            for (panel, deed) in moves {
                match deed {
                    0 => arrangement.toggle(panel),
                    deed => arrangement.shift(panel, deed == 1),
                }
            }
            prop_assert_eq!(Arrangement::read(&arrangement.write()), arrangement);
        }
    }
}
