//! Histories that are known to be good or bad, and a search that tries every order.

use proptest::prelude::*;

use super::*;

/// An operation on the value of `write`: from `start` to `end`, in nanoseconds.
#[derive(Clone, Copy, Debug)]
struct Op {
    writes: bool,
    value: u64,
    start: u64,
    end: Option<u64>,
}

fn w(value: u64, start: u64, end: u64) -> Op {
    Op { writes: true, value, start, end: Some(end) }
}

fn failed(value: u64, start: u64) -> Op {
    Op { writes: true, value, start, end: None }
}

fn r(value: u64, start: u64, end: u64) -> Op {
    Op { writes: false, value, start, end: Some(end) }
}

fn access(place: usize, op: &Op) -> Access {
    Access {
        request: RequestId(u32::try_from(place).unwrap()),
        client: Actor::Client(1),
        writes: op.writes,
        started: VirtualTime::from_nanos(op.start),
        ended: op.end.map(VirtualTime::from_nanos),
    }
}

/// Gives the operations to a register as they start and end. Writes must be numbered in the order of their starts. What happens at
/// one time is in order: starts come first.
fn violations(ops: &[Op]) -> Vec<(usize, Violation)> {
    let mut moments: Vec<(u64, bool, u64, usize)> = Vec::new();
    for (place, op) in ops.iter().enumerate() {
        if op.writes {
            moments.push((op.start, false, op.value, place));
        }
        moments.extend(op.end.map(|end| (end, true, op.value, place)));
    }
    moments.sort_unstable();
    let mut register = Register::default();
    let mut found = Vec::new();
    for (_, ends, _, place) in moments {
        let (op, access) = (&ops[place], access(place, &ops[place]));
        let write = WriteId(op.value);
        match (op.writes, ends) {
            (true, false) => register.write_started(write, Access { ended: None, ..access }),
            (true, true) => register.write_ended(write, access.ended.unwrap()),
            (false, _) => {
                let violation = register.read(write, access, access.ended.unwrap());
                found.extend(violation.map(|violation| (place, violation)));
            }
        }
    }
    found
}

/// The search of Wing and Gong, *Testing and Verifying Concurrent Objects*, 1993, without any of its later improvements:
/// takes each operation that may come next, and sees whether the rest can follow.
fn some_order_exists(ops: &[Op]) -> bool {
    fn follow(rest: &[Op], value: u64) -> bool {
        if rest.iter().all(|op| op.end.is_none()) {
            return true;
        }
        let first_end = rest.iter().filter_map(|op| op.end).min().unwrap_or(u64::MAX);
        (0..rest.len()).any(|place| {
            let next = rest[place];
            if next.start > first_end || (!next.writes && next.value != value) {
                return false;
            }
            let mut others = rest.to_vec();
            others.remove(place);
            follow(&others, if next.writes { next.value } else { value })
        })
    }
    follow(ops, 0)
}

#[test]
fn good_histories_are_good() {
    let histories: [&[Op]; 9] = [
        &[],
        &[r(0, 0, 5), r(0, 7, 9)],
        &[w(1, 0, 10), r(1, 11, 12)],
        // During a write, either value may be read, the old one only until the new one was.
        &[w(1, 10, 20), r(0, 11, 12), r(1, 13, 14), r(1, 21, 22)],
        // Two writes at the same time may be taken in either order.
        &[w(1, 0, 10), w(2, 1, 10), r(2, 11, 12), r(2, 13, 14)],
        &[w(1, 0, 10), w(2, 1, 10), r(1, 11, 12)],
        // A write that failed may have been done, even much later, or not at all.
        &[w(1, 0, 1), failed(2, 2), r(1, 5, 6), r(2, 7, 8)],
        &[w(1, 0, 1), failed(2, 2), r(1, 50, 60)],
        // What ends as another starts is beside it.
        &[w(1, 0, 10), r(0, 10, 12)],
    ];
    for ops in histories {
        assert!(some_order_exists(ops), "{ops:?}");
        assert_eq!(violations(ops), [], "{ops:?}");
    }
}

/// Which operations, by their places, are told to contradict each other.
fn told(ops: &[Op]) -> Vec<usize> {
    assert!(!some_order_exists(ops), "{ops:?}");
    let found = violations(ops);
    let (read, Violation::Replaced { before, between, .. }) = &found[0] else { panic!("{found:?}") };
    let others = before.iter().chain(between).map(|access| access.request.0 as usize);
    others.chain([*read]).collect()
}

#[test]
fn bad_histories_are_told_with_the_fewest_operations_that_contradict_each_other() {
    // An old value after the new one was saved.
    assert_eq!(told(&[w(1, 0, 5), r(0, 6, 7)]), [0, 1]);
    assert_eq!(told(&[w(1, 0, 5), w(2, 6, 9), r(2, 10, 11), r(1, 12, 13)]), [0, 1, 3]);
    // Back to the old value while the write is not over: three reads, and no write is to blame.
    assert_eq!(told(&[w(1, 0, 50), r(1, 10, 12), r(0, 13, 15)]), [1, 2]);
    assert_eq!(told(&[w(1, 0, 60), w(2, 1, 60), r(1, 10, 11), r(2, 12, 13), r(1, 14, 15)]), [2, 3, 4]);
    // A failed write was seen, and then was not there.
    assert_eq!(told(&[w(1, 0, 1), failed(2, 2), r(2, 5, 6), r(1, 7, 8)]), [0, 2, 3]);
    // No operation of the other value lies between by itself: one ends before, one starts after.
    assert_eq!(told(&[w(1, 0, 10), w(2, 5, 12), r(2, 11, 45), r(1, 41, 42)]), [1, 0, 3, 2]);
}

#[test]
fn a_value_that_nobody_wrote_is_wrong() {
    assert_eq!(violations(&[r(7, 0, 1)]), [(0, Violation::Unwritten)]);
    assert_eq!(violations(&[r(1, 0, 1), w(1, 2, 3)]), [(0, Violation::Unwritten)]);
}

#[test]
fn each_wrong_read_is_told_once_and_what_is_right_after_it_is_not() {
    let ops = [w(1, 0, 5), r(0, 6, 7), r(1, 8, 9), r(0, 10, 11), r(1, 12, 13)];
    let places: Vec<usize> = violations(&ops).into_iter().map(|(place, _)| place).collect();
    assert_eq!(places, [1, 3]);
}

/// What a real register would have answered: each operation takes place at a random time within a random window.
fn real_history() -> impl Strategy<Value = Vec<Op>> {
    let operation = (any::<bool>(), 0..400_u64, 0..60_u64, 0..60_u64, 0..5_u8);
    proptest::collection::vec(operation, 0..60).prop_map(|drawn| {
        let mut ops: Vec<(u64, Op)> = Vec::new();
        for (writes, at, before, after, luck) in drawn {
            // Of the writes that fail, some are done all the same.
            let end = (!writes || luck > 0).then_some(at + after);
            ops.push((at, Op { writes, value: 0, start: at.saturating_sub(before), end }));
        }
        ops.sort_by_key(|(_, op)| op.start);
        let mut number = 0;
        for (_, op) in ops.iter_mut().filter(|(_, op)| op.writes) {
            number += 1;
            op.value = number;
        }
        ops.sort_by_key(|(at, _)| *at);
        let mut value = 0;
        for (_, op) in &mut ops {
            if op.writes { value = op.value } else { op.value = value }
        }
        ops.into_iter().map(|(_, op)| op).collect()
    })
}

/// A few operations of which each read shows any value that was written, or the one of the start.
fn any_history() -> impl Strategy<Value = Vec<Op>> {
    let operation = (any::<bool>(), 0..12_u64, 0..6_u64, 0..6_u8, 0..4_u64);
    proptest::collection::vec(operation, 0..8).prop_map(|mut drawn| {
        drawn.sort_by_key(|(_, start, ..)| *start);
        let writes = drawn.iter().filter(|(writes, ..)| *writes).count() as u64;
        let mut number = 0;
        let op = |(is_write, start, length, luck, value): (bool, u64, u64, u8, u64)| {
            number += u64::from(is_write);
            let value = if is_write { number } else { value % (writes + 1) };
            let end = (!is_write || luck > 0).then_some(start + length);
            Op { writes: is_write, value, start, end }
        };
        drawn.into_iter().map(op).collect()
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(3_000))]

    #[test]
    fn a_real_register_is_never_wrong(ops in real_history()) {
        prop_assert_eq!(violations(&ops), []);
    }

    #[test]
    fn the_verdict_is_that_of_trying_every_order(ops in any_history()) {
        prop_assert_eq!(violations(&ops).is_empty(), some_order_exists(&ops));
    }

    #[test]
    fn the_operations_told_contradict_each_other_and_without_any_of_them_the_rest_does_not(ops in any_history()) {
        for (read, violation) in violations(&ops).into_iter().take(1) {
            let Violation::Replaced { before, between, .. } = violation else { continue };
            let mut places: Vec<usize> = before.iter().chain(&between).map(|one| one.request.0 as usize).collect();
            places.push(read);
            // Values that are only read need a write that may have been at any time.
            let alone = |places: &[usize]| {
                let mut few: Vec<Op> = places.iter().map(|place| ops[*place]).collect();
                for op in ops.iter().filter(|op| op.writes) {
                    let is_told = few.iter().any(|other| other.writes && other.value == op.value);
                    if !is_told {
                        few.push(Op { start: 0, end: None, ..*op });
                    }
                }
                some_order_exists(&few)
            };
            prop_assert!(!alone(&places), "{places:?}");
            for left_out in 0..places.len() {
                let mut fewer = places.clone();
                fewer.remove(left_out);
                prop_assert!(alone(&fewer), "{places:?} without {left_out}");
            }
        }
    }
}
