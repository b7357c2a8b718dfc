//! The tables of a run: match lists, transplants, groups.

use std::path::Path;

use hailsham_engine::columns;
use hailsham_engine::table::{ColumnKind, ColumnSpec, TableError, TableWriter};

use super::months::{MONTH, Month};
use super::record::Record;
use crate::eurotransplant::records::Programme;
use crate::eurotransplant::simulation::{Course, List, Programmes};
use crate::rules::Policy;

/// The columns of `match_lists.parquet` before the components of the points.
const MATCH: &[ColumnSpec] = columns! {
    list U32 true "" "the list, from 0, in the order of time";
    program Text true "" "ETKAS or ESP";
    donor U32 true "" "the donor";
    rank U32 true "" "the place on the list, from 0";
    registration U32 true "" "the registration";
    tier Text true "" "the tier";
    points F64 true "points" "the points, as ranked";
};

/// What comes after them.
const ACCEPTED: &[ColumnSpec] = columns! {
    accepted Bool true "" "whether a kidney of the donor went to this candidate";
};

/// Rows that are written at once.
const AT_ONCE: usize = 400_000;

/// Every ranked candidate of every list, as the lists are made.
pub(super) struct MatchLists {
    writer: TableWriter,
    /// The components of both programmes, each as the column is called.
    components: Vec<(String, &'static str)>,
    /// The tiers of both programmes.
    tiers: Vec<String>,
    rows: Vec<Row>,
    /// The components of each row; 0 where its programme has none of that name.
    values: Vec<f64>,
}

#[derive(Clone, Copy)]
struct Row {
    list: u32,
    programme: Programme,
    donor: u32,
    rank: u32,
    registration: u32,
    tier: usize,
    points: f64,
    accepted: bool,
}

impl MatchLists {
    pub(super) fn create(folder: &Path, policies: [&Policy; 2]) -> Result<Self, TableError> {
        let mut components: Vec<(String, &'static str)> = Vec::new();
        let mut tiers: Vec<String> = Vec::new();
        for policy in policies {
            for name in policy.components() {
                if !components.iter().any(|(other, _)| other == name) {
                    // The declaration of a column lives as long as the program; a policy has a dozen components.
                    components.push((name.clone(), format!("pts_{name}").leak()));
                }
            }
            for tier in policy.tiers() {
                if !tiers.contains(tier) {
                    tiers.push(tier.clone());
                }
            }
        }
        let own = components.iter().map(|(_, name)| ColumnSpec {
            name,
            kind: ColumnKind::F64,
            unit: "points",
            text: "a component of the points",
            required: true,
        });
        let columns: Vec<ColumnSpec> = MATCH
            .iter()
            .copied()
            .chain(own)
            .chain(ACCEPTED.iter().copied())
            .collect();
        Ok(Self {
            writer: TableWriter::create(folder.join("match_lists.parquet"), &columns, &[])?,
            components,
            tiers,
            rows: Vec::new(),
            values: Vec::new(),
        })
    }

    pub(super) fn add(&mut self, list: &mut List<'_>) -> Result<(), TableError> {
        let mut entries = Vec::with_capacity(list.len());
        while let Some(entry) = list.get(entries.len()) {
            entries.push(entry);
        }
        let rows: Vec<u32> = entries.iter().map(|entry| entry.row).collect();
        let details = list.details(&rows);
        let accepted: Vec<u32> = list
            .offers
            .iter()
            .filter(|offer| offer.answer.is_accepted())
            .map(|offer| offer.row)
            .collect();
        let registrations = &list.offering.of.state.registrations;
        let names = list.policy.components();
        let places: Vec<Option<usize>> = self
            .components
            .iter()
            .map(|(name, _)| names.iter().position(|other| other == name))
            .collect();
        for ((rank, entry), details) in entries.iter().enumerate().zip(&details) {
            let tier = &list.policy.tiers()[usize::from(entry.tier)];
            let tier = self.tiers.iter().position(|other| other == tier);
            self.rows.push(Row {
                list: list.number,
                programme: list.programme,
                donor: list.donor.id,
                rank: rank as u32,
                registration: registrations.registration[entry.row as usize],
                tier: tier.unwrap_or(0),
                points: entry.points,
                accepted: accepted.contains(&entry.row),
            });
            // The first of the details is the sum before rounding.
            let values = places.iter();
            self.values
                .extend(values.map(|place| place.map_or(0.0, |place| details[1 + place])));
        }
        if self.rows.len() >= AT_ONCE {
            self.flush()?;
        }
        Ok(())
    }

    fn flush(&mut self) -> Result<(), TableError> {
        let (rows, values) = (&self.rows, &self.values);
        let width = self.components.len();
        let mut group = self.writer.group(rows.len())?;
        group.u32("list", |row| Some(rows[row].list))?;
        group.coded("program", &Programme::NAMES, |row| {
            Some(rows[row].programme as usize)
        })?;
        group.u32("donor", |row| Some(rows[row].donor))?;
        group.u32("rank", |row| Some(rows[row].rank))?;
        group.u32("registration", |row| Some(rows[row].registration))?;
        group.coded("tier", &self.tiers, |row| Some(rows[row].tier))?;
        group.f64("points", |row| Some(rows[row].points))?;
        for (place, (_, name)) in self.components.iter().enumerate() {
            group.f64(name, |row| Some(values[row * width + place]))?;
        }
        group.bool("accepted", |row| Some(rows[row].accepted))?;
        group.close()?;
        self.rows.clear();
        self.values.clear();
        Ok(())
    }

    pub(super) fn close(mut self) -> Result<(), TableError> {
        self.flush()?;
        self.writer.close()?;
        Ok(())
    }
}

const TRANSPLANTS: &[ColumnSpec] = columns! {
    list U32 true "" "the list, from 0, in the order of time";
    day F64 true "days" "since the start";
    program Text true "" "ETKAS or ESP";
    donor U32 true "" "the donor";
    registration U32 true "" "the registration";
    rank U32 true "" "the place on the list, from 0";
    tier Text true "" "the tier";
    points F64 true "points" "the points, as ranked";
    donor_country Text true "" "the donor's country";
    country Text true "" "the recipient's country";
    donor_age U32 true "years" "the donor's age";
    age F64 true "years" "the recipient's age";
    dialysis F64 true "years" "since dialysis began";
    listed F64 true "years" "since registration";
    vpra F64 true "" "share of donors that cannot be accepted";
    mismatches_a U32 true "" "mismatches at HLA-A";
    mismatches_b U32 true "" "mismatches at HLA-B";
    mismatches_dr U32 true "" "mismatches at HLA-DR";
    rescue Bool true "" "in the rescue or extended phase";
    dual Bool true "" "both kidneys for one recipient";
    lost F64 false "days" "from the transplant to the loss of the graft or death, also after the end of the run";
    relisted F64 false "days" "from the transplant to the next registration, if there is one before the loss";
    identity U64 true "" "the registration by name: the same however many others are drawn, and in the tables of changed lives";
};

/// Writes `transplants.parquet`.
pub(super) fn write_transplants(
    folder: &Path,
    programmes: &Programmes<'_>,
    record: &Record,
    course: &Course,
) -> Result<(), TableError> {
    let all = &record.transplants;
    let registrations = &course.registrations.registration;
    let countries = &programmes.geography.countries;
    let mut tiers: Vec<&str> = Vec::new();
    let codes: Vec<usize> = all
        .iter()
        .map(|one| {
            let known = tiers.iter().position(|tier| *tier == one.tier);
            known.unwrap_or_else(|| {
                tiers.push(&one.tier);
                tiers.len() - 1
            })
        })
        .collect();
    let mut writer = TableWriter::create(folder.join("transplants.parquet"), TRANSPLANTS, &[])?;
    let mut group = writer.group(all.len())?;
    group.u32("list", |row| Some(all[row].list))?;
    group.f64("day", |row| Some(all[row].time))?;
    group.coded("program", &Programme::NAMES, |row| {
        Some(all[row].programme as usize)
    })?;
    group.u32("donor", |row| Some(all[row].donor))?;
    group.u32("registration", |row| {
        Some(registrations[all[row].row as usize])
    })?;
    group.u32("rank", |row| Some(all[row].rank))?;
    group.coded("tier", &tiers, |row| Some(codes[row]))?;
    group.f64("points", |row| Some(all[row].points))?;
    group.coded("donor_country", countries, |row| {
        Some(usize::from(all[row].exchange.from_country))
    })?;
    group.coded("country", countries, |row| {
        Some(usize::from(all[row].exchange.to_country))
    })?;
    group.u32("donor_age", |row| Some(u32::from(all[row].donor_age)))?;
    group.f64("age", |row| Some(all[row].age))?;
    group.f64("dialysis", |row| Some(all[row].dialysis))?;
    group.f64("listed", |row| Some(all[row].listed))?;
    group.f64("vpra", |row| Some(all[row].vpra))?;
    for (place, name) in ["mismatches_a", "mismatches_b", "mismatches_dr"]
        .into_iter()
        .enumerate()
    {
        group.u32(name, |row| Some(u32::from(all[row].mismatches[place])))?;
    }
    group.bool("rescue", |row| Some(all[row].rescue))?;
    group.bool("dual", |row| Some(all[row].dual))?;
    group.f64("lost", |row| all[row].fate.lost)?;
    group.f64("relisted", |row| all[row].fate.relisted)?;
    group.u64("identity", |row| {
        Some(course.registrations.name[all[row].row as usize])
    })?;
    group.close()?;
    writer.close()?;
    Ok(())
}

const GROUPS: &[ColumnSpec] = columns! {
    by Text true "" "what registrations are grouped by";
    group Text true "" "the group";
    registrations U32 true "" "registrations";
    transplants U32 true "" "transplants";
    deaths U32 true "" "deaths on the list";
    removals U32 true "" "other removals from the list";
    waiting U32 true "" "on the list at the end";
    years F64 true "years" "on the list, together";
    dialysis F64 false "years" "mean time on dialysis at the transplant";
};

/// Writes `groups.parquet`.
pub(super) fn write_groups(folder: &Path, record: &Record) -> Result<(), TableError> {
    let groups = record.groups.iter();
    let rows: Vec<_> = groups
        .flat_map(|(by, groups)| groups.iter().map(move |(name, group)| (*by, name, group)))
        .collect();
    let mut writer = TableWriter::create(folder.join("groups.parquet"), GROUPS, &[])?;
    let mut group = writer.group(rows.len())?;
    group.text("by", |row, text| {
        text.push_str(rows[row].0);
        true
    })?;
    group.text("group", |row, text| {
        text.push_str(rows[row].1);
        true
    })?;
    group.u32("registrations", |row| Some(rows[row].2.registrations))?;
    group.u32("transplants", |row| Some(rows[row].2.transplants))?;
    group.u32("deaths", |row| Some(rows[row].2.deaths))?;
    group.u32("removals", |row| Some(rows[row].2.removals))?;
    group.u32("waiting", |row| Some(rows[row].2.waiting))?;
    group.f64("years", |row| Some(rows[row].2.years))?;
    group.f64("dialysis", |row| rows[row].2.dialysis_mean())?;
    group.close()?;
    writer.close()?;
    Ok(())
}

const MONTHS: &[ColumnSpec] = columns! {
    month U32 true "" "the month, from 0; all are equally long, twelve a year";
    day F64 true "days" "its end, since the start; of the last, the end of the run";
    country Text true "" "the country";
    listed U32 true "" "registrations that came in the month";
    transplants U32 true "" "registrations that left by a transplant";
    deaths U32 true "" "deaths on the list";
    removals U32 true "" "registrations that left for another reason, a transplant under another registration among them";
    waiting U32 true "" "on the list at its end";
    received U32 true "" "transplants with kidneys from other countries";
    given U32 true "" "transplants in other countries with kidneys of this one";
};

/// Writes `months.parquet`.
pub(super) fn write_months(
    folder: &Path,
    programmes: &Programmes<'_>,
    record: &Record,
) -> Result<(), TableError> {
    let countries = &programmes.geography.countries;
    let end = programmes.period.end.days_since(programmes.period.start);
    let all = record.months.iter().enumerate();
    let rows: Vec<(usize, usize, &Month)> = all
        .flat_map(|(country, months)| {
            let months = months.iter().enumerate();
            months.map(move |(number, month)| (country, number, month))
        })
        .collect();
    let mut writer = TableWriter::create(folder.join("months.parquet"), MONTHS, &[])?;
    let mut group = writer.group(rows.len())?;
    group.u32("month", |row| Some(rows[row].1 as u32))?;
    group.f64("day", |row| {
        Some((MONTH * (rows[row].1 + 1) as f64).min(end))
    })?;
    group.coded("country", countries, |row| Some(rows[row].0))?;
    group.u32("listed", |row| Some(rows[row].2.listed))?;
    group.u32("transplants", |row| Some(rows[row].2.transplants))?;
    group.u32("deaths", |row| Some(rows[row].2.deaths))?;
    group.u32("removals", |row| Some(rows[row].2.removals))?;
    group.u32("waiting", |row| Some(rows[row].2.waiting))?;
    group.u32("received", |row| Some(rows[row].2.received))?;
    group.u32("given", |row| Some(rows[row].2.given))?;
    group.close()?;
    writer.close()?;
    Ok(())
}
