//! The list of claims, which the page and the tests follow.

use super::{Claim, cache_aside, cache_aside_service, hybrids, read_through, selection};
use super::{write_behind, write_behind_care, write_behind_load, write_through, write_through_costs};

/// No claim has this id.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("there is no claim \"{id}\"; known are {}", known())]
pub struct UnknownClaim {
    id: String,
}

/// All claims, in the order of a course.
pub static CLAIMS: [&Claim; 22] = [
    &cache_aside::ONLY_REQUESTED,
    &cache_aside::APPLICATION_DECIDES,
    &cache_aside_service::CACHE_MAY_FAIL,
    &cache_aside_service::FIRST_IS_SLOW,
    &cache_aside_service::MAY_BE_STALE,
    &cache_aside::MORE_CODE,
    &write_through::ALWAYS_FRESH,
    &write_through::NO_MISSES,
    &write_through_costs::SIMPLE_READS,
    &write_through_costs::SLOW_WRITES,
    &write_through_costs::UNREAD_COPIES,
    &write_behind::FAST_WRITES,
    &write_behind_load::BATCHES,
    &write_behind_load::WRITE_HEAVY,
    &write_behind::LOSS,
    &write_behind::EVENTUAL,
    &write_behind_care::HARD,
    &read_through::UNAWARE,
    &read_through::NEEDS_LAYER,
    &hybrids::DELETE_RELOADS,
    &hybrids::UPDATE_HITS,
    &selection::NO_BEST_PATTERN,
];

/// The claim of that id.
///
/// # Errors
///
/// When there is none, with those that there are.
pub fn find(id: &str) -> Result<&'static Claim, UnknownClaim> {
    let found = CLAIMS.iter().find(|claim| claim.id.eq_ignore_ascii_case(id));
    found.copied().ok_or_else(|| UnknownClaim { id: id.chars().take(60).collect() })
}

fn known() -> String {
    CLAIMS.map(|claim| claim.id).join(", ")
}
