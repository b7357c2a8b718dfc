//! What rules may ask about candidates and donors.

use super::SYSTEM;
use super::people::{Candidates, DEATH_CAUSES, Donor, FLAGS, NUMBERS};
use crate::Abo;
use crate::rules::{About, Attribute, Catalogue, Dimension, Population, Sort};
use crate::typing::{Determinants, Typing};

const YEARS: Sort = Sort::Number(Dimension::TIME);
const PLAIN: Sort = Sort::Number(Dimension::PLAIN);

/// Attributes of the donor begin here, then those that candidates bring as numbers, as flags, and those of both.
const FIRST_NUMBER: usize = 10;
const FIRST_FLAG: usize = FIRST_NUMBER + NUMBERS;
const FIRST_BOTH: usize = FIRST_FLAG + FLAGS;

/// The attributes that policies of [`super::SYSTEM`] may ask about.
pub fn catalogue() -> Catalogue {
    let groups = || Sort::Word(Abo::ALL.map(|abo| abo.name().to_owned()).into());
    let donor: [(&'static str, Sort, &'static str); FIRST_NUMBER] = [
        ("donor_age", YEARS, "the donor's age"),
        (
            "donor_height",
            Sort::Number(Dimension::LENGTH),
            "the donor's height",
        ),
        (
            "donor_weight",
            Sort::Number(Dimension::MASS),
            "the donor's weight",
        ),
        (
            "donor_creatinine",
            Sort::Number(Dimension::CONCENTRATION),
            "the donor's last creatinine in serum",
        ),
        (
            "donor_hypertension",
            Sort::Flag,
            "the donor had high blood pressure",
        ),
        ("donor_diabetes", Sort::Flag, "the donor had diabetes"),
        (
            "donor_death_cause",
            Sort::Word(DEATH_CAUSES.map(str::to_owned).into()),
            "what the donor died of",
        ),
        (
            "donor_dcd",
            Sort::Flag,
            "the donor died of a stopped circulation",
        ),
        ("donor_blood_group", groups(), "the donor's blood group"),
        (
            "donor_non_a1",
            Sort::Flag,
            "the donor is of blood group A or AB, but not of subgroup A1",
        ),
    ];
    let candidate: [(&'static str, Sort, &'static str); NUMBERS + FLAGS] = [
        ("age", YEARS, "the recipient's age"),
        (
            "age_at_listing",
            YEARS,
            "the recipient's age at registration",
        ),
        ("listed_time", YEARS, "time since registration"),
        (
            "waiting_time",
            YEARS,
            "waiting time as the system counts it: from dialysis or from low kidney function on",
        ),
        ("dialysis_time", YEARS, "time since dialysis began"),
        (
            "previous_transplants",
            PLAIN,
            "transplants of solid organs before",
        ),
        (
            "cpra",
            Sort::Number(Dimension::SHARE),
            "donors with an antigen that the recipient cannot accept",
        ),
        ("diabetes", Sort::Flag, "the recipient has diabetes"),
        (
            "prior_living_donor",
            Sort::Flag,
            "the recipient has given an organ while living",
        ),
        (
            "medically_urgent",
            Sort::Flag,
            "the recipient can be dialysed no more",
        ),
        (
            "active",
            Sort::Flag,
            "the recipient may be offered organs now",
        ),
        (
            "accepts_non_a1",
            Sort::Flag,
            "the recipient is of blood group B and may receive kidneys of A that are not A1",
        ),
        (
            "accepts_high_risk",
            Sort::Flag,
            "the recipient has agreed in writing to kidneys of high risk",
        ),
    ];
    let both: [(&'static str, Sort, &'static str); 6] = [
        ("blood_group", groups(), "the recipient's blood group"),
        (
            "unacceptable_antigen",
            Sort::Flag,
            "the donor has an antigen that the recipient cannot accept",
        ),
        ("mismatches_a", PLAIN, "mismatched broad antigens at HLA-A"),
        ("mismatches_b", PLAIN, "mismatched broad antigens at HLA-B"),
        (
            "mismatches_dr",
            PLAIN,
            "mismatched split antigens at HLA-DR",
        ),
        (
            "distance",
            Sort::Number(Dimension::DISTANCE),
            "from the donor's hospital to the recipient's, on a great circle",
        ),
    ];
    let make = |about| {
        move |(name, sort, meaning): (&'static str, Sort, &'static str)| Attribute {
            name,
            about,
            sort,
            meaning,
        }
    };
    let all = donor.into_iter().map(make(About::Donor));
    let candidates = candidate.into_iter().chain(both);
    let candidates = candidates.map(make(About::Candidate));
    Catalogue::new(all.chain(candidates).collect()).of_system(SYSTEM)
}

/// A donor before the waiting list.
#[derive(Debug, Clone, Copy)]
pub struct Match<'a> {
    /// Those who wait.
    pub candidates: &'a Candidates,
    /// The donor.
    pub donor: &'a Donor,
    /// The names of antigens.
    pub determinants: &'a Determinants,
}

fn flag(truth: bool) -> f64 {
    f64::from(u8::from(truth))
}

impl Match<'_> {
    fn of_both(&self, attribute: usize, row: usize) -> f64 {
        let (all, donor) = (self.candidates, self.donor);
        let mismatches = || Typing::mismatches(&donor.typing, &all.typing[row], self.determinants);
        match attribute {
            0 => all.abo[row].index() as f64,
            1 => flag(all.unacceptable[row].hits(&donor.typing)),
            2 => f64::from(mismatches().a),
            3 => f64::from(mismatches().b),
            4 => f64::from(mismatches().dr),
            _ => donor.place.distance(all.place[row]),
        }
    }
}

impl Population for Match<'_> {
    type Person<'a>
        = usize
    where
        Self: 'a;

    fn person(&self, row: u32) -> usize {
        row as usize
    }

    fn of_donor(&self, attribute: usize) -> f64 {
        let donor = self.donor;
        match attribute {
            0 => donor.age,
            1 => donor.height,
            2 => donor.weight,
            3 => donor.creatinine,
            4 => flag(donor.hypertension),
            5 => flag(donor.diabetes),
            6 => f64::from(donor.death_cause),
            7 => flag(donor.circulatory),
            8 => donor.abo.index() as f64,
            _ => flag(donor.non_a1),
        }
    }

    fn of_candidates(&self, attribute: usize, rows: &[usize], out: &mut [f64]) {
        let fill = |out: &mut [f64], value: &dyn Fn(usize) -> f64| {
            for (out, row) in out.iter_mut().zip(rows) {
                *out = value(*row);
            }
        };
        match attribute {
            0..FIRST_NUMBER => out.fill(self.of_donor(attribute)),
            FIRST_NUMBER..FIRST_FLAG => {
                let column = &self.candidates.numbers[attribute - FIRST_NUMBER];
                fill(out, &|row| column[row]);
            }
            FIRST_FLAG..FIRST_BOTH => {
                let bit = attribute - FIRST_FLAG;
                let flags = &self.candidates.flags;
                fill(out, &|row| flag(flags[row] >> bit & 1 == 1));
            }
            _ => fill(out, &|row| self.of_both(attribute - FIRST_BOTH, row)),
        }
    }
}
