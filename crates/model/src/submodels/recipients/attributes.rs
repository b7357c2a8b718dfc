//! What the rules of a policy may ask about recipients and donors of the programme. Where an attribute means what it
//! means elsewhere (Eurotransplant, kidneys of any country) it has the same name there.

use hailsham_allocation::rules::{
    About, Attribute, Catalogue, Dimension, Parts, Population, Sort, Span,
};
use hailsham_allocation::{Abo, Compatibility, Hla};
use hailsham_engine::time::Time;

use super::lists::Part;
use super::{Columns, Giver, Patient};
use crate::policies::SYSTEM;
use crate::programme::Programme;
use crate::submodels::creation::Bodies;

/// The attributes, without those of loci.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Name {
    DonorAge,
    DonorBloodGroup,
    DonorHomozygousLoci,
    Organ,
    Age,
    AgeAtListing,
    ListedTime,
    IllnessTime,
    PreviousTransplants,
    HighUrgency,
    Disease,
    BloodGroup,
    SameBloodGroup,
    CompatibleBloodGroup,
    HomozygousLoci,
    Mismatches(Locus),
}

use Name as N;

/// A locus that rules know by name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Locus {
    A,
    B,
    Dr,
}

const ALL: [Name; 18] = [
    N::DonorAge,
    N::DonorBloodGroup,
    N::DonorHomozygousLoci,
    N::Organ,
    N::Age,
    N::AgeAtListing,
    N::ListedTime,
    N::IllnessTime,
    N::PreviousTransplants,
    N::HighUrgency,
    N::Disease,
    N::BloodGroup,
    N::SameBloodGroup,
    N::CompatibleBloodGroup,
    N::HomozygousLoci,
    N::Mismatches(Locus::A),
    N::Mismatches(Locus::B),
    N::Mismatches(Locus::Dr),
];

/// The antigens of the loci that rules know by name; none where the scenario has no such locus.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Loci([Option<Hla>; 3]);

impl Loci {
    /// Those of a scenario.
    pub(super) fn new(bodies: &Bodies) -> Loci {
        let mut first = 0;
        let mut loci = Loci::default();
        for (name, antigens) in &bodies.hla_antigens {
            // Antigens are numbered in the order of the scenario.
            let numbers = first..first + antigens.len();
            first = numbers.end;
            let known = match name.as_str() {
                "A" => Locus::A,
                "B" => Locus::B,
                "DR" => Locus::Dr,
                _ => continue,
            };
            let all = numbers.fold(Hla::EMPTY, |all, number| all.with(number as u8));
            loci.0[known as usize] = Some(all);
        }
        loci
    }

    fn of(&self, locus: Locus) -> Option<Hla> {
        self.0[locus as usize]
    }

    /// Of these loci, at how many a person has one antigen.
    fn homozygous(&self, hla: Hla) -> f64 {
        let one = |antigens: &&Hla| Hla::matches(hla, **antigens) == 1;
        self.0.iter().flatten().filter(one).count() as f64
    }
}

/// The attributes of a scenario's recipients and donors.
pub(crate) fn catalogue(programme: &Programme) -> Catalogue {
    let loci = Loci::new(&programme.bodies);
    Catalogue::new(names(&loci).map(|name| describe(name, programme)).collect()).of_system(SYSTEM)
}

/// The attributes that there are, each at its number.
fn names(loci: &Loci) -> impl Iterator<Item = Name> {
    ALL.into_iter().filter(|name| match name {
        N::Mismatches(locus) => loci.of(*locus).is_some(),
        N::HomozygousLoci | N::DonorHomozygousLoci => loci.0.iter().any(Option::is_some),
        _ => true,
    })
}

fn describe(name: Name, programme: &Programme) -> Attribute {
    const PLAIN: Sort = Sort::Number(Dimension::PLAIN);
    const YEARS: Sort = Sort::Number(Dimension::TIME);
    let groups = || Sort::Word(Abo::ALL.map(|abo| abo.name().to_owned()).into());
    let (name, about, sort, meaning) = match name {
        N::DonorAge => ("donor_age", About::Donor, YEARS, "the donor's age"),
        N::DonorBloodGroup => (
            "donor_blood_group",
            About::Donor,
            groups(),
            "the donor's blood group",
        ),
        N::DonorHomozygousLoci => (
            "donor_homozygous_loci",
            About::Donor,
            PLAIN,
            "of HLA-A, -B and -DR, those at which the donor has one antigen, 0 to 3",
        ),
        N::Organ => (
            "organ",
            About::Donor,
            Sort::Word(programme.organs.keys().cloned().collect()),
            "the organ that is given",
        ),
        N::Age => ("age", About::Candidate, YEARS, "the recipient's age"),
        N::AgeAtListing => (
            "age_at_listing",
            About::Candidate,
            YEARS,
            "the recipient's age at registration",
        ),
        N::ListedTime => (
            "listed_time",
            About::Candidate,
            YEARS,
            "time since registration",
        ),
        N::IllnessTime => (
            "illness_time",
            About::Candidate,
            YEARS,
            "time since the recipient fell ill",
        ),
        N::PreviousTransplants => (
            "previous_transplants",
            About::Candidate,
            PLAIN,
            "transplants of solid organs before",
        ),
        N::HighUrgency => (
            "high_urgency",
            About::Candidate,
            Sort::Flag,
            "the recipient's death without an organ is near",
        ),
        N::Disease => (
            "disease",
            About::Candidate,
            Sort::Word(programme.diseases.keys().cloned().collect()),
            "the recipient's disease",
        ),
        N::BloodGroup => (
            "blood_group",
            About::Candidate,
            groups(),
            "the recipient's blood group",
        ),
        N::SameBloodGroup => (
            "same_blood_group",
            About::Candidate,
            Sort::Flag,
            "donor and recipient have the same blood group",
        ),
        N::CompatibleBloodGroup => (
            "compatible_blood_group",
            About::Candidate,
            Sort::Flag,
            "the donor has no antigen A or B that the recipient lacks",
        ),
        N::HomozygousLoci => (
            "homozygous_loci",
            About::Candidate,
            PLAIN,
            "of HLA-A, -B and -DR, those at which the recipient has one antigen, 0 to 3",
        ),
        N::Mismatches(locus) => {
            let (name, meaning) = match locus {
                Locus::A => ("mismatches_a", "mismatched antigens at HLA-A"),
                Locus::B => ("mismatches_b", "mismatched antigens at HLA-B"),
                Locus::Dr => ("mismatches_dr", "mismatched antigens at HLA-DR"),
            };
            (name, About::Candidate, PLAIN, meaning)
        }
    };
    Attribute {
        name,
        about,
        sort,
        meaning,
    }
}

/// The attributes by number, and the loci.
#[derive(Debug, Clone)]
pub(super) struct Attributes {
    names: Vec<Name>,
    loci: Loci,
}

impl Attributes {
    /// Those of a scenario.
    pub(super) fn new(bodies: &Bodies) -> Attributes {
        let loci = Loci::new(bodies);
        Attributes {
            names: names(&loci).collect(),
            loci,
        }
    }
}

/// A donor's organ before those who wait for it.
pub(super) struct Match<'a> {
    pub(super) attributes: &'a Attributes,
    pub(super) people: &'a Columns,
    pub(super) giver: &'a Giver,
    pub(super) organ: u8,
    pub(super) now: Time,
    /// Those who wait.
    pub(super) parts: Vec<Part<'a>>,
}

/// Minutes of a year as policies count it.
const YEAR: f64 = 365.25 * 24.0 * 60.0;

fn years(from: Time, to: Time) -> f64 {
    f64::from(to.minutes() - from.minutes()) / YEAR
}

fn flag(truth: bool) -> f64 {
    f64::from(u8::from(truth))
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
        let giver = self.giver;
        match self.attributes.names[attribute] {
            N::DonorAge => years(giver.born, self.now),
            N::DonorBloodGroup => giver.abo.index() as f64,
            N::DonorHomozygousLoci => self.attributes.loci.homozygous(giver.hla),
            _ => f64::from(self.organ),
        }
    }

    fn of_candidates(&self, attribute: usize, rows: &[usize], out: &mut [f64]) {
        let Match { people, giver, .. } = *self;
        macro_rules! fill {
            ($value:expr) => {
                for (out, row) in out.iter_mut().zip(rows) {
                    *out = $value(*row);
                }
            };
        }
        let patient = |row: usize| -> &Patient { &people.patients[row] };
        let since = |then: Time| years(then, self.now);
        match self.attributes.names[attribute] {
            N::DonorAge | N::DonorBloodGroup | N::DonorHomozygousLoci | N::Organ => {
                out.fill(self.of_donor(attribute));
            }
            N::Age => fill!(|row: usize| since(people.born[row])),
            N::AgeAtListing => fill!(|row| years(people.born[row], patient(row).listed)),
            N::ListedTime => fill!(|row| since(patient(row).listed)),
            N::IllnessTime => fill!(|row: usize| since(people.fell_ill[row])),
            N::PreviousTransplants => fill!(|row| f64::from(patient(row).transplants)),
            N::HighUrgency => fill!(|row| flag(patient(row).urgent)),
            N::Disease => fill!(|row| f64::from(patient(row).disease)),
            N::BloodGroup => fill!(|row| patient(row).abo.index() as f64),
            N::SameBloodGroup => fill!(|row| flag(patient(row).abo == giver.abo)),
            N::CompatibleBloodGroup => fill!(|row| {
                flag(giver.abo.donor_to(patient(row).abo) != Compatibility::Incompatible)
            }),
            N::HomozygousLoci => {
                fill!(|row| self.attributes.loci.homozygous(patient(row).hla));
            }
            N::Mismatches(locus) => {
                let antigens = self.attributes.loci.of(locus).unwrap_or_default();
                let given = Hla::from_bits(giver.hla.bits() & antigens.bits());
                fill!(|row| f64::from(Hla::mismatches(given, patient(row).hla)));
            }
        }
    }

    fn of_parts(&self, attribute: usize, out: &mut [Span]) {
        let giver = self.giver;
        let given = |locus| {
            let antigens = self.attributes.loci.of(locus).unwrap_or_default();
            f64::from((giver.hla.bits() & antigens.bits()).count_ones())
        };
        let since = |row: Option<&u32>| {
            let listed = row.map(|row| self.people.patients[*row as usize].listed);
            listed.map_or(f64::NAN, |listed| years(listed, self.now))
        };
        let name = self.attributes.names[attribute];
        for (out, part) in out.iter_mut().zip(&self.parts) {
            let compatible = giver.abo.donor_to(part.abo) != Compatibility::Incompatible;
            *out = match name {
                N::HighUrgency => Span::of(flag(part.urgent)),
                N::BloodGroup => Span::of(part.abo.index() as f64),
                N::SameBloodGroup => Span::of(flag(part.abo == giver.abo)),
                N::CompatibleBloodGroup => Span::of(flag(compatible)),
                N::ListedTime => Span::between(since(part.rows.last()), since(part.rows.first())),
                N::Mismatches(locus) => Span::between(0.0, given(locus)),
                _ => Span::UNKNOWN,
            };
        }
    }
}

impl Parts for Match<'_> {
    fn count(&self) -> usize {
        self.parts.len()
    }

    fn rows(&self, part: usize) -> &[u32] {
        self.parts[part].rows
    }

    fn turn(&self, row: u32, _before: u64) -> u64 {
        let listed = self.people.patients[row as usize].listed.minutes();
        // Of the same order as the times, and not below 0.
        let listed = u64::from(listed.cast_unsigned() ^ (1 << 31));
        listed << 32 | u64::from(row)
    }
}
