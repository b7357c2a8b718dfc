//! `hailsham compare`: what B changes of A, with intervals, for whom, and life by life.

use hailsham_study::System;
use hailsham_study::studies::{Comparison, Difference, Kind, Lives, Outcome, Plan, Study, Variant};

use crate::arguments::Compare;
use crate::check::rounded;
use crate::error::Failure;
use crate::run::{quoted, stem};
use crate::study::{
    How, another_kind, carry_out, create, interval, print_outcome, typed, typed_data, where_it_is,
};
use crate::table::{print, table};

/// `hailsham compare`
pub(crate) fn compare(arguments: &Compare) -> Result<(), Failure> {
    let mut study = match &arguments.study.resume {
        Some(directory) => Study::resume(directory)?,
        None => begin(arguments)?,
    };
    if !matches!(study.plan().kind, Kind::Comparison { .. }) {
        return Err(another_kind(&study));
    }
    let how = How {
        command: "compare",
        threads: &arguments.study.threads,
        quiet: arguments.study.printed.quiet,
    };
    let outcome = carry_out(&mut study, &how)?;
    if arguments.study.printed.json {
        return print_outcome(&study, &outcome);
    }
    match outcome {
        Outcome::Comparison(made) if !arguments.study.printed.quiet => {
            let arms = arms(&study.plan().kind, &made);
            print(&(told(&made, study.system(), &arms, arguments.all) + &where_it_is(&study)))
        }
        _ => Ok(()),
    }
}

fn begin(arguments: &Compare) -> Result<Study, Failure> {
    let first = arguments.a.as_deref().unwrap_or("hailsham");
    let second = arguments.b.as_deref().unwrap_or(first);
    if arguments.b.is_none() && arguments.sets.is_empty() {
        return Err(Failure::Message(
            "a comparison needs two scenarios, or one and a change of it: `hailsham compare A B`, \
             or `hailsham compare A --set path=value`"
                .to_owned(),
        ));
    }
    let data = arguments.study.data.as_deref();
    let a = Variant::new(first, &arguments.both).on(data);
    let b = Variant::new(second, &arguments.both)
        .on(data)
        .with(&arguments.sets);
    let plan = Plan {
        kind: Kind::Comparison {
            a,
            b,
            lives: arguments.lives,
        },
        seed: arguments.study.seed,
        replicates: arguments.replicates,
        scale: arguments.study.scale,
    };
    let command = format!(
        "hailsham compare {} {}{}{}{} --replicates {} --seed {} --scale {}",
        quoted(first),
        quoted(second),
        typed("--set", &arguments.sets),
        typed("--set-both", &arguments.both) + &typed_data(data),
        if arguments.lives { " --lives" } else { "" },
        plan.replicates,
        plan.seed,
        plan.scale
    );
    let name = if arguments.b.is_some() {
        format!("{}-and-{}", stem(first), stem(second))
    } else {
        format!("{}-changed", stem(first))
    };
    create(arguments.study.out.as_deref(), &name, &plan, &command)
}

/// What A and B are: the scenarios, and what was changed of them.
fn arms(kind: &Kind, made: &Comparison) -> String {
    let Kind::Comparison { a, b, .. } = kind else {
        return String::new();
    };
    // What is changed of A is changed of both, and B has further changes after it.
    let (both, of_b) = b.sets.split_at(a.sets.len().min(b.sets.len()));
    let with = |sets: &[String]| match sets {
        [] => String::new(),
        sets => format!(" with {}", sets.join(", ")),
    };
    let both = match both {
        [] => String::new(),
        sets => format!(", both with {}", sets.join(", ")),
    };
    if a.scenario == b.scenario {
        format!("A is `{}`, B is the same{}{both}", made.a, with(of_b))
    } else {
        let of_b = with(of_b);
        format!("A is `{}`, B is `{}`{of_b}{both}", made.a, made.b)
    }
}

/// All that is said on the terminal; of groups what is told first, and the rest is in the report.
fn told(made: &Comparison, system: System, arms: &str, all: bool) -> String {
    let rows = made
        .metrics
        .iter()
        .filter(|of| all || made.headlines.contains(&of.metric))
        .map(|of| row(of.metric.clone(), of, made.replicates))
        .collect();
    let head = [
        "metric",
        "A",
        "B",
        "B − A (95 %)",
        "bootstrap",
        "runs saved",
    ];
    let mut text = vec![table(&head, rows)];
    let first = system.group_headlines();
    let rows = made
        .groups
        .iter()
        .filter(|of| first.contains(&(of.who.as_str(), of.metric.as_str())))
        .map(|of| {
            let name = format!("{} ({}): {}", of.who, of.group, of.metric);
            row(name, of, made.replicates)
        })
        .collect();
    let head = [
        "for whom",
        "A",
        "B",
        "B − A (95 %)",
        "bootstrap",
        "runs saved",
    ];
    if !made.groups.is_empty() {
        text.push(format!("\n{}", table(&head, rows)));
    }
    if let Some(lives) = &made.lives {
        text.push(format!("\n{}", of_lives(lives)));
    }
    let pairing = &made.pairing;
    text.push(format!(
        "\n{arms}; {} pair{} of runs with the same seeds. ",
        made.replicates,
        if made.replicates == 1 { "" } else { "s" }
    ));
    text.push(match (pairing.metrics, made.replicates) {
        (_, 1) => "One pair has no interval: that takes --replicates 2 and more.\n".to_owned(),
        (0, _) => "None of the headline metrics differs.\n".to_owned(),
        (metrics, _) => format!(
            "Runs saved: how many times as many\nunpaired runs the same interval would take. At least 5 times \
             for {} of the {metrics} headline metrics that differ.\n",
            pairing.fivefold
        ),
    });
    if !pairing.why_not.is_empty() {
        text.push("Five times takes a correlation of 0.8 where both vary alike. Where B changes most of the lives behind a\n\
                 number, chance falls out anew:\n".to_owned());
    }
    for why in &pairing.why_not {
        text.push(format!("  {why}\n"));
    }
    text.concat()
}

fn row(name: String, of: &Difference, replicates: u32) -> Vec<String> {
    let name = if of.pairs < replicates {
        format!("{name}, {} of {replicates} pairs", of.pairs)
    } else {
        name
    };
    let number = |value: Option<f64>| value.map_or_else(|| "none".to_owned(), rounded);
    let (difference, bootstrap, saved) = if of.same {
        ("the same".to_owned(), String::new(), String::new())
    } else {
        let t = interval(of.t_low, of.t_high, of.sd);
        let difference = number(of.difference);
        (
            if t.is_empty() {
                difference
            } else {
                format!("{difference} ({t})")
            },
            interval(of.bootstrap_low, of.bootstrap_high, None),
            of.reduction
                .map_or_else(String::new, |times| format!("{times:.1}×")),
        )
    };
    vec![
        name,
        number(of.a),
        number(of.b),
        difference,
        bootstrap,
        saved,
    ]
}

fn of_lives(lives: &Lives) -> String {
    let rows = lives
        .fates
        .iter()
        .map(|of| {
            let (net, ends) = of.net;
            let ends = ends.map_or_else(String::new, |(low, high)| {
                format!(" ({})", interval(Some(low), Some(high), None))
            });
            vec![
                format!("{}, {}", of.who, of.group),
                rounded(of.lives),
                rounded(of.dies),
                format!("{}{ends}", rounded(net)),
                rounded(of.dies_later),
                rounded(of.dies_sooner),
                rounded(of.only_in_a + of.only_in_b),
                rounded(of.same),
            ]
        })
        .collect();
    table(
        &[
            "life by life, a run",
            "lives, would have died",
            "dies, would have lived",
            "net (95 %)",
            "dies later",
            "dies sooner",
            "in one alone",
            "the same",
        ],
        rows,
    )
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use serde_json::json;

    use super::*;

    /// What is known of few pairs says so, and so does what does not vary.
    #[test]
    fn a_row_says_what_it_rests_on() {
        let told = |pairs: u32, sd: f64, same: bool| {
            let of: Difference = serde_json::from_value(json!({
                "who": "run", "group": "all", "metric": "tenure_mean", "unit": "years",
                "pairs": pairs, "a": 1.0, "b": 3.0, "difference": 2.0, "sd": sd, "same": same,
            }))
            .unwrap();
            let row = row("tenure_mean".to_owned(), &of, 20);
            format!("{}: {}", row[0], row[3])
        };
        assert_eq!(told(20, 0.0, false), "tenure_mean: 2.00 (no spread)");
        assert_eq!(told(20, 1.0, false), "tenure_mean: 2.00");
        assert_eq!(told(12, 0.0, true), "tenure_mean, 12 of 20 pairs: the same");
    }
}
