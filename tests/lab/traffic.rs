//! Recorded traffic: what real servers and published traces write is read, and what it is like is told.

use std::fs::File;
use std::process::{Command, Stdio};
use std::time::Duration;

use cachescope::audit::Figures;
use cachescope::engine::{Rng, Zipf};
use cachescope::lab::traffic::{Access, Analysis, Deed, Exact, Form, OnBadLine, Reader, Reuse};
use cachescope::lab::{Headless, Lru};
use cachescope::patterns;
use cachescope::scenario::Scenario;
use cachescope::world::Timings;
use proptest::prelude::*;

use super::real::RealServer;

/// An access of its own.
type Owned = (Option<f64>, String, Deed, Option<f64>);

fn own(access: &Access<'_>) -> Owned {
    (access.at, String::from_utf8_lossy(access.key).into_owned(), access.deed, access.ttl)
}

fn read(log: &str) -> (Vec<Owned>, Reader) {
    let mut reader = Reader::new(OnBadLine::Skip);
    let mut told = Vec::new();
    reader.feed(log.as_bytes(), |access| told.push(own(&access))).unwrap();
    reader.finish(|access| told.push(own(&access))).unwrap();
    (told, reader)
}

const MONITOR: &str = "OK\n\
    1339518083.107412 [0 127.0.0.1:60866] \"GET\" \"user:1\"\n\
    1339518087.877697 [0 127.0.0.1:60866] \"SET\" \"user:1\" \"a \\\"b\\\" [c]\" \"EX\" \"60\"\n\
    1339518090.420270 [0 lua] \"mget\" \"a\" \"b\"\n\
    1339518096.506257 [0 127.0.0.1:60866] \"PING\"\n\
    1339518099.363765 [0 127.0.0.1:60866] \"unlink\" \"a\" \"b\"\n\
    1339518100.544926 [0 127.0.0.1:60866] \"psetex\" \"user 2\" \"1500\" \"x\"\n";

#[test]
fn monitor_s_lines_are_read() {
    let (told, reader) = read(MONITOR);
    let keys: Vec<(&str, Deed, Option<f64>)> =
        told.iter().map(|(_, key, deed, ttl)| (key.as_str(), *deed, *ttl)).collect();
    let expected = [
        ("user:1", Deed::Read, None),
        ("user:1", Deed::Write, Some(60.0)),
        ("a", Deed::Read, None),
        ("b", Deed::Read, None),
        ("a", Deed::Delete, None),
        ("b", Deed::Delete, None),
        ("user 2", Deed::Write, Some(1.5)),
    ];
    assert_eq!(keys, expected);
    assert_eq!(told[0].0, Some(1_339_518_083.107_412));
    assert_eq!((reader.form(), reader.lines(), reader.bad_lines()), (Some(&Form::Monitor), 7, 0));
}

#[test]
fn the_tables_of_twitter_and_meta_are_read() {
    let (told, _) = read("0,nz:u:eeW511W3dcH3de3d15ec,22,304,4,get,0\n5,kQ,2,9,1,set,3600\n6,kQ,2,0,1,delete,0\n");
    assert_eq!(told[1], (Some(5.0), "kQ".to_owned(), Deed::Write, Some(3600.0)));
    assert_eq!((told[0].2, told[2].2), (Deed::Read, Deed::Delete));
    let (told, _) =
        read("op_time,key,key_size,op,op_count,size,cache_hits,ttl\n10,abc,3,GET,1,50,1,0\n11,abc,3,SET,1,50,0,90\n");
    assert_eq!(
        told,
        [(Some(10.0), "abc".to_owned(), Deed::Read, None), (Some(11.0), "abc".to_owned(), Deed::Write, Some(90.0)),]
    );
    let (told, _) = read("key,op,size,op_count,key_size\nabc,GET_LEASE,50,1,3\n");
    assert_eq!(told, [(None, "abc".to_owned(), Deed::Read, None)]);
}

#[test]
fn access_logs_are_read() {
    let log = "127.0.0.1 - frank [10/Oct/2000:13:55:36 -0700] \"GET /a.gif HTTP/1.0\" 200 2326\r\n\
        ::1 - - [10/Oct/2000:13:55:37 -0700] \"POST /cart HTTP/1.1\" 302 0 \"http://x/\" \"Mozilla/5.0 (X11)\"\r\n";
    let (told, reader) = read(log);
    assert_eq!(told[0], (Some(971_211_336.0), "/a.gif".to_owned(), Deed::Read, None));
    assert_eq!(told[1], (Some(971_211_337.0), "/cart".to_owned(), Deed::Write, None));
    assert_eq!(reader.form(), Some(&Form::WebLog));
}

#[test]
fn a_bad_line_is_told_by_its_number_and_skipped_or_refused() {
    let log = format!("{MONITOR}what is this\n1.0 [0 x] \"GET\" \"k\"\n");
    let (told, reader) = read(&log);
    assert_eq!((told.len(), reader.bad_lines()), (8, 1));
    let bad = &reader.told()[0];
    assert_eq!((bad.number, bad.problem.to_string().as_str()), (8, "its time can't be read: \"what\""));
    let mut strict = Reader::new(OnBadLine::Refuse);
    let refused = strict.feed(log.as_bytes(), |_| {}).unwrap_err().to_string();
    assert!(refused.starts_with("line 8 can't be read: its time"), "{refused}");
    let unknown = Reader::new(OnBadLine::Skip).feed(b"hello\n", |_| {}).unwrap_err().to_string();
    assert!(unknown.contains("no known form"), "{unknown}");
    let long = format!("OK\n{}\n1.0 [0 x] \"GET\" \"k\"\n", "x".repeat(1_100_000));
    let (told, reader) = read(&long);
    assert_eq!((told.len(), reader.told()[0].problem.to_string().as_str()), (1, "it is longer than a million bytes"));
}

proptest! {
    #[test]
    fn it_does_not_matter_how_a_log_is_cut(cuts in proptest::collection::vec(1_usize..40, 1..60)) {
        let (whole, _) = read(MONITOR);
        let mut reader = Reader::new(OnBadLine::Skip);
        let mut told = Vec::new();
        let mut rest = MONITOR.as_bytes();
        for cut in cuts.iter().cycle() {
            let (piece, after) = rest.split_at((*cut).min(rest.len()));
            reader.feed(piece, |access| told.push(own(&access))).unwrap();
            rest = after;
            if rest.is_empty() {
                break;
            }
        }
        reader.finish(|access| told.push(own(&access))).unwrap();
        prop_assert_eq!(told, whole);
    }

    #[test]
    fn no_log_panics(bytes in proptest::collection::vec(any::<u8>(), 0..400), start in 0_usize..3) {
        let starts: [&[u8]; 3] = [b"", b"OK\n", b"0,k,1,1,1,get,0\n"];
        let mut reader = Reader::new(OnBadLine::Skip);
        let mut analysis = Analysis::default();
        let log = [starts[start], &bytes].concat();
        let fed = reader.feed(&log, |access| analysis.add(&access));
        drop(fed.and_then(|()| reader.finish(|access| analysis.add(&access))));
    }
}

/// The miss ratio of a cache of so many keys, between the points of a curve.
fn at(curve: &[(u64, f64)], places: u64) -> f64 {
    let after = curve.partition_point(|(size, _)| *size <= places);
    curve[after.saturating_sub(1)].1
}

#[test]
fn the_curve_of_misses_is_that_of_caches_of_each_size() {
    let mut rng = Rng::new(3);
    let zipf = Zipf::new(40_000, 0.8).unwrap();
    let stream: Vec<u32> = (0..400_000).map(|_| zipf.sample(&mut rng)).collect();
    let hash = |key: u32| u64::from(key + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ (u64::from(key) << 40);
    let (mut exact, mut sampled) = (Exact::default(), Reuse::sampling(4_000));
    for key in &stream {
        exact.access(hash(*key));
        sampled.access(hash(*key));
    }
    assert!(sampled.rate() < 0.2, "{}", sampled.rate());
    let keys = sampled.keys();
    assert!((keys / 38_000.0 - 1.0).abs() < 0.1, "{keys} keys");
    let (exact, sampled) = (exact.misses(), sampled.misses());
    for places in [64, 512, 2_048, 8_192, 16_384] {
        let mut lru = Lru::new(places);
        let misses = stream.iter().filter(|key| !lru.access(**key)).count() as f64 / stream.len() as f64;
        let told = at(&exact, places as u64);
        assert!((told - misses).abs() < 0.005, "{places}: {told} where a cache misses {misses}");
        let told = at(&sampled, places as u64);
        assert!((told - misses).abs() < 0.03, "{places}: {told} by the sample where a cache misses {misses}");
    }
}

#[test]
fn what_traffic_is_like_is_told_even_of_more_keys_than_are_counted() {
    let mut rng = Rng::new(4);
    let zipf = Zipf::new(600_000, 1.0).unwrap();
    let mut analysis = Analysis::default();
    for number in 0..2_500_000_u32 {
        let key = format!("key:{}", zipf.sample(&mut rng));
        let deed = if number % 10 == 0 { Deed::Write } else { Deed::Read };
        let ttl = (deed == Deed::Write).then_some(30.0);
        analysis.add(&Access { at: Some(f64::from(number) / 1e3), key: key.as_bytes(), deed, ttl });
    }
    assert_eq!(analysis.deeds(), [2_250_000, 250_000, 0]);
    assert!(analysis.share() < 1.0 && analysis.requests(1.0).len() < 2_000_000);
    assert!((analysis.seconds() - 2_499.999).abs() < 1e-6);
    let skew = analysis.skew().unwrap();
    assert!((0.8..1.15).contains(&skew), "a skew of {skew}");
    let ttl = analysis.ttls().quantile(0.5).unwrap().as_secs_f64();
    assert!((ttl - 30.0).abs() < 0.1, "{ttl}");
}

#[test]
fn what_is_kept_of_a_log_does_not_grow_with_its_length() {
    let kept = |lines: u64| {
        let (mut reader, mut analysis) = (Reader::new(OnBadLine::Skip), Analysis::default());
        let mut rng = Rng::new(9);
        for number in 0..lines {
            let at = 1_795_478_400.0 + number as f64 / 1e4;
            let key = (rng.unit() * rng.unit() * 600_000.0) as u32;
            let line = format!("{at:.6} [0 10.0.0.1:40812] \"GET\" \"session:{key}\"\n");
            reader.feed(line.as_bytes(), |access| analysis.add(&access)).unwrap();
        }
        assert_eq!((analysis.accesses(), reader.bad_lines()), (lines, 0));
        analysis.kept()
    };
    let (short, long) = (kept(500_000), kept(2_000_000));
    assert!(short[1] > 50_000 && short[2] > 10_000, "{short:?}");
    // Neither the requests nor the counted keys exceed their limits, however many more there are; nor does the sample.
    for [requests, keys, sampled] in [short, long] {
        assert!(requests <= 2_000_000 && keys <= 200_000 && sampled <= 16_384, "{requests}, {keys}, {sampled}");
    }
}

/// What `MONITOR` prints while `redis-benchmark` works on a real server.
fn recorded(requests: u32) -> String {
    let server = RealServer::start(&[]);
    let port = server.port().to_string();
    let path = std::env::temp_dir().join(format!("cachescope-monitor-{port}"));
    let mut monitor = Command::new("redis-cli")
        .args(["-p", &port, "MONITOR"])
        .stdout(Stdio::from(File::create(&path).unwrap()))
        .spawn()
        .expect("redis-cli can't be run: install redis-tools");
    std::thread::sleep(Duration::from_millis(300));
    let done = Command::new("redis-benchmark")
        .args(["-p", &port, "-t", "set,get", "-n", &requests.to_string(), "-r", "500", "-c", "5", "-q"])
        .output()
        .unwrap();
    assert!(done.status.success());
    std::thread::sleep(Duration::from_millis(300));
    monitor.kill().unwrap();
    monitor.wait().unwrap();
    let log = std::fs::read_to_string(&path).unwrap();
    std::fs::remove_file(&path).unwrap();
    log
}

#[test]
fn what_a_real_server_recorded_is_read_and_runs_on_every_pattern() {
    let requests = 4_000;
    let log = recorded(requests);
    let mut reader = Reader::new(OnBadLine::Refuse);
    let mut analysis = Analysis::default();
    reader.feed(log.as_bytes(), |access| analysis.add(&access)).unwrap();
    let [reads, writes, deletions] = analysis.deeds();
    assert_eq!((reads, writes, deletions), (u64::from(requests), u64::from(requests), 0));
    assert_eq!(analysis.keys(), 500.0);
    assert!(analysis.skew().unwrap() < 0.3, "all keys are asked for alike");
    // As if they had been 400 a second.
    let recorded = analysis.requests(400.0 * analysis.seconds() / analysis.accesses() as f64);
    for pattern in &patterns::ALL {
        let scenario =
            Scenario { pattern: pattern.id.to_owned(), timings: Timings::production(), ..Scenario::default() };
        let mut run = Headless::of_recorded(scenario, recorded.clone()).unwrap();
        run.advance(u64::MAX).unwrap();
        let figures: Figures = run.figures().clone();
        assert_eq!(figures.requests, u64::from(2 * requests), "{}", pattern.id);
        assert_eq!((figures.reads, figures.acknowledged), (reads, writes), "{}", pattern.id);
    }
}
