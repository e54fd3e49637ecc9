//! Draws the requests of a workload, one after the other.

use super::{Arrivals, Mix};
use crate::engine::{Distribution, Rng, Sim, Span, Zipf};

/// The gaps of independent people at one request a second.
const MEAN_GAP: Distribution = Distribution::Exponential { mean: Span::from_secs(1) };

/// A request to come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Demand {
    /// Who asks, from 1.
    pub client: u8,
    /// Whether it reads.
    pub reads: bool,
    /// The popularity rank of the row, from 0.
    pub rank: u32,
    /// Whether it asks for a row that does not exist, of that rank among those.
    pub absent: bool,
}

/// Draws demands. The mix may change between two draws.
pub struct Generator {
    arrivals: Rng,
    choices: Rng,
    absences: Rng,
    popularity: Option<(u32, f64, Zipf)>,
}

impl Generator {
    /// A generator with the streams of this simulation.
    #[must_use]
    pub fn new(sim: &Sim) -> Self {
        Self {
            arrivals: sim.rng("arrivals"),
            choices: sim.rng("choices"),
            absences: sim.rng("absences"),
            popularity: None,
        }
    }

    /// The wait for the next demand, in mean gaps: divided by the rate, it is a time in seconds.
    pub fn next_gap(&mut self, mix: &Mix) -> f64 {
        match mix.arrivals {
            Arrivals::Poisson => MEAN_GAP.sample(&mut self.arrivals).as_secs_f64(),
            Arrivals::Even => 1.0,
        }
    }

    /// What is asked for next.
    pub fn next_demand(&mut self, mix: &Mix) -> Demand {
        // All three are drawn for every demand, so a changed read share or popularity shifts nothing else.
        let client = u8::try_from(self.choices.below(u64::from(mix.clients.max(1)))).unwrap_or(0) + 1;
        let reads = self.choices.unit() < mix.read_share;
        let rank = self.draw_rank(mix);
        let absent = self.absences.chance(mix.absent) && reads;
        Demand { client, reads, rank, absent }
    }

    fn draw_rank(&mut self, mix: &Mix) -> u32 {
        let known = self.popularity.as_ref().is_some_and(|(keys, skew, _)| *keys == mix.keys && *skew == mix.skew);
        if !known {
            self.popularity = Zipf::new(mix.keys, mix.skew).ok().map(|zipf| (mix.keys, mix.skew, zipf));
        }
        match &self.popularity {
            Some((_, _, zipf)) => zipf.sample(&mut self.choices),
            None => 0,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn demands(mix: &Mix, count: usize) -> Vec<Demand> {
        let mut generator = Generator::new(&Sim::new(7));
        (0..count).map(|_| generator.next_demand(mix)).collect()
    }

    #[test]
    fn the_read_share_and_the_clients_are_as_asked() {
        let mix = Mix { read_share: 0.3, clients: 3, ..Mix::default() };
        let drawn = demands(&mix, 20_000);
        let reads = drawn.iter().filter(|demand| demand.reads).count();
        assert!((5_700..6_300).contains(&reads), "{reads} of 20000 are reads");
        for client in 1..=3 {
            let own = drawn.iter().filter(|demand| demand.client == client).count();
            assert!((6_300..7_050).contains(&own), "client {client} sent {own}");
        }
    }

    #[test]
    fn another_read_share_asks_for_the_same_rows() {
        let few = demands(&Mix { read_share: 0.1, ..Mix::default() }, 200);
        let many = demands(&Mix { read_share: 0.9, ..Mix::default() }, 200);
        assert!(few.iter().zip(&many).all(|(a, b)| a.rank == b.rank && a.client == b.client));
    }

    #[test]
    fn the_mean_gap_is_one() {
        for arrivals in [Arrivals::Poisson, Arrivals::Even] {
            let mix = Mix { arrivals, ..Mix::default() };
            let mut generator = Generator::new(&Sim::new(3));
            let total: f64 = (0..20_000).map(|_| generator.next_gap(&mix)).sum();
            assert!((total - 20_000.0).abs() < 600.0, "20000 gaps are {total}");
        }
    }

    #[test]
    fn a_value_out_of_range_is_named() {
        let error = Mix { keys: 0, ..Mix::default() }.check().unwrap_err().to_string();
        assert_eq!(error, "the workload's keys must be from 1 to 10000, not 0");
        assert!(Mix { rate: f64::NAN, ..Mix::default() }.check().is_err());
    }
}
