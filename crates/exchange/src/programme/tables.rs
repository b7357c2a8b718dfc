//! The tables of a run: who joined, the matching runs, the transplants, the intervals.

use std::path::Path;

use hailsham_engine::columns;
use hailsham_engine::table::{ColumnKind, ColumnSpec, TableError, TableWriter};
use hailsham_engine::time::{Span, Time};

use super::course::{Cause, Course, Member, State};
use super::metrics::{METRICS, counted};
use super::parameters::ExchangeProgramme;
use super::run::Findings;
use crate::generate::GROUPS;

/// The columns of `members.parquet`.
const MEMBERS: &[ColumnSpec] = columns! {
    member U32 true "" "Number of the pair or altruist, in the order of arrival.";
    kind Text true "" "pair or altruist.";
    arrived F64 true "days" "When they joined, from the first day on.";
    patient_group Text false "" "Blood group of the patient; null for altruists.";
    donor_group Text true "" "Blood group of the donor.";
    sensitisation Text false "" "Level of sensitisation of the patient; null for altruists.";
    virtual_positive F64 false "probability" "Probability that a donor of a fitting blood group is impossible; null for altruists.";
    counted Bool true "" "Whether they arrived in the time when pairs are counted.";
    runs U32 true "runs" "Matching runs that they were in the pool for.";
    agreed U32 true "agreements" "How often they were chosen.";
    outcome Text true "" "transplanted (an altruist: began a chain), died, transplanted elsewhere, withdrew (an altruist: gave to the list), waiting or agreed at the end.";
    ended F64 false "days" "When that was, from the first day on; null for those still there.";
};

/// The columns of `match_runs.parquet`.
const MATCH_RUNS: &[ColumnSpec] = columns! {
    time F64 true "days" "When, from the first day on.";
    pairs U32 true "pairs" "Pairs in the pool.";
    altruists U32 true "donors" "Altruists in the pool.";
    possible U32 true "transplants" "Possible transplants among them, by blood group, virtual crossmatch and what the laboratory has ruled out.";
    two_ways U32 true "exchanges" "Cycles of two that were chosen.";
    longer_cycles U32 true "exchanges" "Cycles of three or more.";
    chains U32 true "exchanges" "Chains.";
    agreed U32 true "transplants" "Transplants that were agreed.";
    done U32 false "transplants" "Transplants of these, or in their place, that were done; null where they were due after the end.";
    proven Bool true "" "Whether the choice was proven to be the best.";
};

/// The columns of `transplants.parquet`.
const TRANSPLANTS: &[ColumnSpec] = columns! {
    from_member U32 true "" "Whose donor gave.";
    to_member U32 true "" "Whose patient received.";
    agreed F64 true "days" "When the matching run was, from the first day on.";
    time F64 true "days" "When it was done.";
    chain Bool true "" "Whether in a chain.";
    waited F64 true "days" "From the patient's arrival on.";
};

pub(super) fn write(
    folder: &Path,
    parameters: &ExchangeProgramme,
    findings: &Findings,
    key_values: &[(String, String)],
) -> Result<(), TableError> {
    let course = &findings.course;
    write_members(
        &folder.join("members.parquet"),
        parameters,
        course,
        key_values,
    )?;
    write_runs(&folder.join("match_runs.parquet"), course, key_values)?;
    write_transplants(&folder.join("transplants.parquet"), course, key_values)?;
    write_intervals(&folder.join("intervals.parquet"), findings, key_values)
}

fn days(time: Time) -> f64 {
    (time - Time::START).days()
}

/// What became of somebody.
fn outcome(member: &Member) -> &'static str {
    match member.state {
        State::Waiting => "waiting",
        State::Agreed(_) => "agreed",
        State::Transplanted if member.patient.is_none() => "began a chain",
        State::Transplanted => "transplanted",
        State::Left(Cause::Death) => "died",
        State::Left(Cause::OtherTransplant) => "transplanted elsewhere",
        State::Left(Cause::Withdrawal) if member.patient.is_none() => "gave to the list",
        State::Left(Cause::Withdrawal) => "withdrew",
    }
}

fn text(value: Option<&str>, out: &mut String) -> bool {
    if let Some(value) = value {
        out.push_str(value);
    }
    value.is_some()
}

fn write_members(
    path: &Path,
    parameters: &ExchangeProgramme,
    course: &Course,
    key_values: &[(String, String)],
) -> Result<(), TableError> {
    let (from, until) = counted(parameters);
    let members = &course.members;
    let level = |member: &Member| -> Option<&str> {
        let (name, _) = parameters
            .patients
            .sensitisation
            .get_index(member.patient?.level)?;
        Some(name)
    };
    let mut table = TableWriter::create(path, MEMBERS, key_values)?;
    let mut group = table.group(members.len())?;
    group.u32("member", |row| Some(row as u32))?;
    group.text("kind", |row, out| {
        let pair = members[row].patient.is_some();
        text(Some(if pair { "pair" } else { "altruist" }), out)
    })?;
    group.f64("arrived", |row| Some(days(members[row].arrived)))?;
    group.text("patient_group", |row, out| {
        text(
            members[row].patient.map(|patient| GROUPS[patient.group]),
            out,
        )
    })?;
    group.text("donor_group", |row, out| {
        text(Some(GROUPS[members[row].donor]), out)
    })?;
    group.text("sensitisation", |row, out| text(level(&members[row]), out))?;
    group.f64("virtual_positive", |row| {
        members[row].patient.map(|patient| patient.positive)
    })?;
    group.bool("counted", |row| {
        Some(members[row].arrived >= from && members[row].arrived < until)
    })?;
    group.u32("runs", |row| Some(members[row].runs))?;
    group.u32("agreed", |row| Some(members[row].agreed))?;
    group.text("outcome", |row, out| {
        text(Some(outcome(&members[row])), out)
    })?;
    group.f64("ended", |row| {
        let ended = members[row].ended;
        (ended != Time::NEVER).then(|| days(ended))
    })?;
    group.close()?;
    table.close()?;
    Ok(())
}

fn write_runs(
    path: &Path,
    course: &Course,
    key_values: &[(String, String)],
) -> Result<(), TableError> {
    let runs = &course.runs;
    let mut table = TableWriter::create(path, MATCH_RUNS, key_values)?;
    let mut group = table.group(runs.len())?;
    group.f64("time", |row| Some(days(runs[row].time)))?;
    group.u32("pairs", |row| Some(runs[row].pairs))?;
    group.u32("altruists", |row| Some(runs[row].altruists))?;
    group.u32("possible", |row| Some(runs[row].possible))?;
    group.u32("two_ways", |row| Some(runs[row].two_ways))?;
    group.u32("longer_cycles", |row| Some(runs[row].longer))?;
    group.u32("chains", |row| Some(runs[row].chains))?;
    group.u32("agreed", |row| Some(runs[row].agreed))?;
    group.u32("done", |row| {
        (runs[row].due < course.horizon).then_some(runs[row].done)
    })?;
    group.bool("proven", |row| Some(runs[row].proven))?;
    group.close()?;
    table.close()?;
    Ok(())
}

fn write_transplants(
    path: &Path,
    course: &Course,
    key_values: &[(String, String)],
) -> Result<(), TableError> {
    let done = &course.transplants;
    let waited = |row: usize| -> Span {
        let transplant = &done[row];
        transplant.time - course.members[transplant.to as usize].arrived
    };
    let mut table = TableWriter::create(path, TRANSPLANTS, key_values)?;
    let mut group = table.group(done.len())?;
    group.u32("from_member", |row| Some(done[row].from))?;
    group.u32("to_member", |row| Some(done[row].to))?;
    group.f64("agreed", |row| {
        Some(days(course.runs[done[row].run as usize].time))
    })?;
    group.f64("time", |row| Some(days(done[row].time)))?;
    group.bool("chain", |row| Some(done[row].chain))?;
    group.f64("waited", |row| Some(waited(row).days()))?;
    group.close()?;
    table.close()?;
    Ok(())
}

/// `intervals.parquet`: one row for each interval, one column for each metric.
fn write_intervals(
    path: &Path,
    findings: &Findings,
    key_values: &[(String, String)],
) -> Result<(), TableError> {
    let mut columns = vec![ColumnSpec {
        name: "interval",
        kind: ColumnKind::F64,
        unit: "weeks",
        text: "Time between two matching runs.",
        required: true,
    }];
    columns.extend(METRICS.iter().map(|metric| ColumnSpec {
        name: metric.name,
        kind: ColumnKind::F64,
        unit: metric.unit,
        text: metric.text,
        required: false,
    }));
    let swept = &findings.swept;
    let mut table = TableWriter::create(path, &columns, key_values)?;
    let mut group = table.group(swept.len())?;
    group.f64("interval", |row| Some(swept[row].interval))?;
    for (place, metric) in METRICS.iter().enumerate() {
        group.f64(metric.name, |row| swept[row].metrics[place].1)?;
    }
    group.close()?;
    table.close()?;
    Ok(())
}
