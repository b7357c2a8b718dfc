//! `hailsham calibrate`: which values of some parameters bring metrics to what is known of them.

use hailsham_study::studies::{Calibration, Kind, Outcome, Plan, Study, Target, Variant};

use crate::arguments::Calibrate;
use crate::check::rounded;
use crate::error::Failure;
use crate::run::{quoted, stem};
use crate::study::{
    How, another_kind, carry_out, create, interval, print_outcome, typed, typed_data, where_it_is,
};
use crate::sweep::read_all;
use crate::table::{print, table};

/// `hailsham calibrate`
pub(crate) fn calibrate(arguments: &Calibrate) -> Result<(), Failure> {
    let mut study = match &arguments.study.resume {
        Some(directory) => Study::resume(directory)?,
        None => begin(arguments)?,
    };
    if !matches!(study.plan().kind, Kind::Calibration { .. }) {
        return Err(another_kind(&study));
    }
    let how = How {
        command: "calibrate",
        threads: &arguments.study.threads,
        quiet: arguments.study.printed.quiet,
    };
    let outcome = carry_out(&mut study, &how)?;
    if arguments.study.printed.json {
        return print_outcome(&study, &outcome);
    }
    match outcome {
        Outcome::Calibration(made) if !arguments.study.printed.quiet => {
            print(&(told(&made) + &where_it_is(&study)))
        }
        _ => Ok(()),
    }
}

fn begin(arguments: &Calibrate) -> Result<Study, Failure> {
    let chosen = &arguments.chosen;
    let data = arguments.study.data.as_deref();
    let scenario = Variant::new(&chosen.scenario, &chosen.sets).on(data);
    let loaded = scenario.load()?;
    let priors = read_all("--prior", &arguments.prior, &chosen.sets, &loaded)?;
    let mut targets = match &arguments.targets {
        Some(file) => Target::read_file(file)?,
        None => Vec::new(),
    };
    for text in &arguments.target {
        targets.push(Target::read(text).map_err(Failure::Message)?);
    }
    let plan = Plan {
        kind: Kind::Calibration {
            scenario,
            priors,
            targets,
            particles: arguments.particles,
            generations: arguments.generations,
        },
        seed: arguments.study.seed,
        replicates: arguments.replicates,
        scale: arguments.study.scale,
    };
    let file = arguments.targets.as_ref();
    let file: Vec<String> = file
        .map(|path| path.display().to_string())
        .into_iter()
        .collect();
    let command = format!(
        "hailsham calibrate {}{}{}{}{} --particles {} --generations {} --replicates {} --seed {} --scale {}",
        quoted(&chosen.scenario),
        typed("--set", &chosen.sets) + &typed_data(data),
        typed("--prior", &arguments.prior),
        typed("--target", &arguments.target),
        typed("--targets", &file),
        arguments.particles,
        arguments.generations,
        plan.replicates,
        plan.seed,
        plan.scale
    );
    let name = format!("{}-calibration", stem(&chosen.scenario));
    create(arguments.study.out.as_deref(), &name, &plan, &command)
}

fn told(made: &Calibration) -> String {
    let rows = made
        .posterior
        .iter()
        .map(|of| {
            let [low, median, high] = of.quantiles;
            vec![
                of.parameter.clone(),
                interval(Some(of.prior.0), Some(of.prior.1), None),
                rounded(of.mean),
                rounded(of.sd),
                format!("{} / {} / {}", rounded(low), rounded(median), rounded(high)),
                of.taken.clone(),
            ]
        })
        .collect();
    let head = [
        "parameter",
        "before",
        "mean",
        "sd",
        "5 / 50 / 95 %",
        "taken",
    ];
    let mut text = vec![table(&head, rows)];
    let rows = made
        .targets
        .iter()
        .map(|of| {
            vec![
                of.target.metric.clone(),
                format!(
                    "{} ± {}",
                    rounded(of.target.value),
                    rounded(of.target.tolerance)
                ),
                of.mean.map_or_else(|| "none".to_owned(), rounded),
                interval(of.ends.map(|ends| ends.0), of.ends.map(|ends| ends.1), None),
            ]
        })
        .collect();
    text.push(format!(
        "\n{}",
        table(&["target", "should be", "is, mean", "from, to"], rows)
    ));
    let simulations: u32 = made.steps.iter().map(|step| step.proposals).sum();
    text.push(format!(
        "\n{} generations, {simulations} simulations (approximate Bayesian computation, Toni et al. 2009)\n",
        made.steps.len()
    ));
    let verdict = if made.reached {
        "All that is kept meets every target within its tolerance"
    } else {
        "The targets were NOT reached: what is kept lies outside the tolerance of one target at least. Widen \
         the priors or the tolerances, or allow more generations."
    };
    let scenario = match (&made.no_scenario, made.reached) {
        (None, true) => "; posterior.toml is a scenario with the values taken.".to_owned(),
        (None, false) => String::new(),
        (Some(why), reached) => format!(
            "{} There is no posterior.toml: taken one by one, the values do not go together ({why}).",
            if reached { "." } else { "" }
        ),
    };
    text.concat() + verdict + &scenario + "\n"
}
