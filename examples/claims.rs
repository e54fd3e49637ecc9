//! Prints every claim with what the simulation shows of it.

use cachescope::lessons::{CLAIMS, Verdict};
use cachescope::scenario::ScenarioError;

fn print(kind: &str, title: &str, verdict: &Verdict) {
    let holds = if verdict.holds { "holds" } else { "does not hold" };
    let figure = verdict.figure.map_or_else(|| "no figure".to_owned(), |figure| figure.to_string());
    println!("  {kind} ({title}): {holds}, {figure}\n    {}", verdict.sentence);
}

fn main() -> Result<(), ScenarioError> {
    for claim in CLAIMS {
        let evidence = claim.evaluate()?;
        println!("{} [{}] {} ({})", claim.id, claim.pattern, claim.says, claim.measures);
        print("shown", claim.proof.title, &evidence.proof);
        for (exhibit, verdict) in claim.breaks.iter().zip(&evidence.breaks) {
            print("breaks", exhibit.title, verdict);
        }
        for (exhibit, verdict) in claim.cures.iter().zip(&evidence.cures) {
            print("cured", exhibit.title, verdict);
        }
    }
    Ok(())
}
