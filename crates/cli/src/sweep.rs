//! `hailsham sweep`: how the metrics answer to parameters that are varied together.

use hailsham_study::design::Design;
use hailsham_study::sensitivity::Estimate;
use hailsham_study::studies::{Kind, Outcome, Plan, Study, Sweep as Made, Variant, Vary};

use crate::arguments::{DesignName, Sweep};
use crate::check::rounded;
use crate::error::Failure;
use crate::run::{quoted, stem};
use crate::study::{
    How, another_kind, carry_out, create, print_outcome, typed, typed_data, where_it_is,
};
use crate::table::{print, table};

/// Points, or rows of the design of indices, where no number is given.
const POINTS: u32 = 64;

/// `hailsham sweep`
pub(crate) fn sweep(arguments: &Sweep) -> Result<(), Failure> {
    let mut study = match &arguments.study.resume {
        Some(directory) => Study::resume(directory)?,
        None => begin(arguments)?,
    };
    if !matches!(study.plan().kind, Kind::Sweep { .. }) {
        return Err(another_kind(&study));
    }
    let how = How {
        command: "sweep",
        threads: &arguments.study.threads,
        quiet: arguments.study.printed.quiet,
    };
    let outcome = carry_out(&mut study, &how)?;
    if arguments.study.printed.json {
        return print_outcome(&study, &outcome);
    }
    match outcome {
        Outcome::Sweep(made) if !arguments.study.printed.quiet => {
            print(&(told(&made) + &where_it_is(&study)))
        }
        _ => Ok(()),
    }
}

fn begin(arguments: &Sweep) -> Result<Study, Failure> {
    let chosen = &arguments.chosen;
    let data = arguments.study.data.as_deref();
    let scenario = Variant::new(&chosen.scenario, &chosen.sets).on(data);
    let loaded = scenario.load()?;
    let vary = read_all("--vary", &arguments.vary, &chosen.sets, &loaded)?;
    for name in &arguments.metrics {
        hailsham_study::studies::known_metric(name).map_err(Failure::Message)?;
    }
    let design = Design::from(arguments.design);
    if design == Design::Grid && arguments.points.is_some() {
        return Err(Failure::Message(
            "--points belongs to --design latin, sobol or indices; a grid has the values that --vary names: \
             PATH=LO..HI:N"
                .to_owned(),
        ));
    }
    let points = arguments.points.unwrap_or(POINTS);
    let plan = Plan {
        kind: Kind::Sweep {
            scenario,
            vary,
            design,
            count: if design == Design::Grid { 0 } else { points },
            metrics: arguments.metrics.clone(),
        },
        seed: arguments.study.seed,
        replicates: arguments.replicates,
        scale: arguments.study.scale,
    };
    let design = match arguments.design {
        DesignName::Grid => String::new(),
        DesignName::Latin => format!(" --design latin --points {points}"),
        DesignName::Sobol => format!(" --design sobol --points {points}"),
        DesignName::Indices => format!(" --design indices --points {points}"),
    };
    let metrics = if arguments.metrics.is_empty() {
        String::new()
    } else {
        format!(" --metrics {}", arguments.metrics.join(","))
    };
    let command = format!(
        "hailsham sweep {}{}{}{design}{metrics} --replicates {} --seed {} --scale {}",
        quoted(&chosen.scenario),
        typed("--set", &chosen.sets) + &typed_data(data),
        typed("--vary", &arguments.vary),
        plan.replicates,
        plan.seed,
        plan.scale
    );
    let name = format!("{}-sweep", stem(&chosen.scenario));
    create(arguments.study.out.as_deref(), &name, &plan, &command)
}

/// Parameters with their ranges, as they are given by an option. A change of one of them is refused: it would stand
/// beside the study and have no effect.
pub(crate) fn read_all(
    option: &str,
    texts: &[String],
    sets: &[String],
    scenario: &hailsham_study::Scenario,
) -> Result<Vec<Vary>, Failure> {
    let parameters = scenario.parameters();
    let read = texts.iter().map(|text| Vary::read(text, &parameters));
    let varied: Vec<Vary> = read.collect::<Result<_, _>>().map_err(Failure::Message)?;
    let path = |set: &str| set.split('=').next().unwrap_or_default().trim().to_owned();
    let is_varied = |set: &&String| varied.iter().any(|vary| vary.path == path(set));
    match sets.iter().find(is_varied) {
        Some(set) => Err(Failure::Message(format!(
            "`--set {set}` would have no effect, since {option} gives `{}` its values: leave out one of them",
            path(set)
        ))),
        None => Ok(varied),
    }
}

/// For each metric and parameter the sensitivity indices, or how far the mean moves.
fn told(made: &Made) -> String {
    let mut text = String::new();
    let estimate = |of: Estimate| format!("{:.2} ({:.2} to {:.2})", of.value, of.low, of.high);
    if made.indices.is_empty() {
        let mut rows = Vec::new();
        for metric in &made.metrics {
            for swept in &made.parameters {
                let of: Vec<_> = made
                    .dependence
                    .iter()
                    .filter(|d| d.metric == *metric && d.parameter == swept.path)
                    .collect();
                let least = of.iter().min_by(|a, b| a.mean.total_cmp(&b.mean));
                let greatest = of.iter().max_by(|a, b| a.mean.total_cmp(&b.mean));
                if let (Some(least), Some(greatest)) = (least, greatest) {
                    let at = |at: f64| {
                        let value = swept.values.get((at as usize).saturating_sub(1));
                        value.cloned().unwrap_or_else(|| rounded(at))
                    };
                    rows.push(vec![
                        metric.clone(),
                        swept.path.clone(),
                        format!("{} at {}", rounded(least.mean), at(least.at)),
                        format!("{} at {}", rounded(greatest.mean), at(greatest.at)),
                    ]);
                }
            }
        }
        text += &table(
            &["metric", "parameter", "least mean", "greatest mean"],
            rows,
        );
    } else {
        let rows = made
            .indices
            .iter()
            .map(|of| {
                vec![
                    of.metric.clone(),
                    of.parameter.clone(),
                    estimate(of.indices.first),
                    estimate(of.indices.total),
                ]
            })
            .collect();
        let head = [
            "metric",
            "parameter",
            "by itself (95 %)",
            "with interactions (95 %)",
        ];
        text += &table(&head, rows);
        text += "\nShares of the variance (Saltelli et al. 2010).\n";
    }
    let left_out = made.left_out.iter();
    text.extend(left_out.map(|of| format!("Left out: {}, {}.\n", of.metric, of.why)));
    text + &format!(
        "\n{} points of `{}`, {} run{} each, all with the same seeds",
        made.points,
        made.scenario,
        made.replicates,
        if made.replicates == 1 { "" } else { "s" }
    )
}
