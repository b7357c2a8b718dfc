//! What Eurotransplant's rules may ask about.

use std::hint::select_unpredictable;

use multiversion::multiversion;

use super::balances::{Balances, age_group};
use super::policies::SYSTEM;
use super::records::{Donor, Programme, Urgency};
use super::setting::{Geography, NO_SUBREGION};
use super::state::{Card, Child, State, YEAR, dialysis_years};
use super::waiting::Part;
use crate::rules::{About, Attribute, Catalogue, Dimension, Parts, Population, Sort, Span};
use crate::typing::{Locus, Typing};

/// The attributes, in the order of their numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Name {
    DonorCountry,
    DonorAge,
    DonorCirculatory,
    DonorHomozygousLoci,
    Country,
    SameBloodGroup,
    Transplantable,
    ScreeningValid,
    AcceptableMismatch,
    InGeneral,
    InSenior,
    ChosenProgramme,
    Age,
    Paediatric,
    HighUrgency,
    DialysisTime,
    ReturnedTime,
    MatchProbability,
    Vpra,
    MismatchesA,
    MismatchesB,
    MismatchesDr,
    HomozygousLoci,
    SameCountry,
    SameRegion,
    SameSubregion,
    SameCentre,
    NationalBalance,
    RegionalBalance,
    ListedTime,
}

use Name as N;

const ALL: [Name; 30] = [
    N::DonorCountry,
    N::DonorAge,
    N::DonorCirculatory,
    N::DonorHomozygousLoci,
    N::Country,
    N::SameBloodGroup,
    N::Transplantable,
    N::ScreeningValid,
    N::AcceptableMismatch,
    N::InGeneral,
    N::InSenior,
    N::ChosenProgramme,
    N::Age,
    N::Paediatric,
    N::HighUrgency,
    N::DialysisTime,
    N::ReturnedTime,
    N::MatchProbability,
    N::Vpra,
    N::MismatchesA,
    N::MismatchesB,
    N::MismatchesDr,
    N::HomozygousLoci,
    N::SameCountry,
    N::SameRegion,
    N::SameSubregion,
    N::SameCentre,
    N::NationalBalance,
    N::RegionalBalance,
    N::ListedTime,
];

/// The attributes of candidates and donors in Eurotransplant.
pub fn catalogue(geography: &Geography) -> Catalogue {
    let countries = || Sort::Word(geography.countries.clone());
    let programmes = Programme::NAMES.map(str::to_owned).to_vec();
    let plain = || Sort::Number(Dimension::PLAIN);
    let years = || Sort::Number(Dimension::TIME);
    let share = || Sort::Number(Dimension::SHARE);
    let describe = |name: Name| -> (&'static str, Sort, &'static str) {
        match name {
            N::DonorCountry => (
                "donor_country",
                countries(),
                "the country of the donor's centre",
            ),
            N::DonorAge => ("donor_age", years(), "the donor's age in whole years"),
            N::DonorCirculatory => (
                "donor_dcd",
                Sort::Flag,
                "the donor died of a stopped circulation",
            ),
            N::DonorHomozygousLoci => (
                "donor_homozygous_loci",
                plain(),
                "of HLA-A, -B and -DR, those at which the donor has one antigen, 0 to 3",
            ),
            N::Country => (
                "country",
                countries(),
                "the country of the recipient's centre",
            ),
            N::SameBloodGroup => (
                "same_blood_group",
                Sort::Flag,
                "donor and recipient have the same blood group",
            ),
            N::Transplantable => (
                "transplantable",
                Sort::Flag,
                "the recipient's urgency is T, I, HI or HU",
            ),
            N::ScreeningValid => (
                "screening_valid",
                Sort::Flag,
                "the last screening for antibodies is valid",
            ),
            N::AcceptableMismatch => (
                "in_acceptable_mismatch_programme",
                Sort::Flag,
                "the recipient is in the acceptable mismatch programme",
            ),
            N::InGeneral => (
                "may_join_etkas",
                Sort::Flag,
                "the recipient may be offered kidneys of donors under 65",
            ),
            N::InSenior => (
                "may_join_esp",
                Sort::Flag,
                "the recipient may be offered kidneys of donors of 65 and more",
            ),
            N::ChosenProgramme => (
                "programme",
                Sort::Word(programmes.clone()),
                "the programme that the recipient has chosen",
            ),
            N::Age => ("age", years(), "the recipient's age"),
            N::Paediatric => (
                "paediatric",
                Sort::Flag,
                "the recipient is a child for the rules: under 18, or, outside Germany, registered under 18 (`practice.child_by_dialysis`: on dialysis)",
            ),
            N::HighUrgency => ("high_urgency", Sort::Flag, "the recipient's urgency is HU"),
            N::DialysisTime => ("dialysis_time", years(), "time since dialysis began"),
            N::ReturnedTime => (
                "returned_time",
                years(),
                "waiting time given back after an early loss",
            ),
            N::MatchProbability => (
                "mismatch_probability",
                share(),
                "the probability of no suitable donor among 1000",
            ),
            N::Vpra => (
                "vpra",
                share(),
                "donors with an antigen that the recipient cannot accept",
            ),
            N::MismatchesA => (
                "mismatches_a",
                plain(),
                "mismatched broad antigens at HLA-A",
            ),
            N::MismatchesB => (
                "mismatches_b",
                plain(),
                "mismatched broad antigens at HLA-B",
            ),
            N::MismatchesDr => (
                "mismatches_dr",
                plain(),
                "mismatched split antigens at HLA-DR",
            ),
            N::HomozygousLoci => (
                "homozygous_loci",
                plain(),
                "of HLA-A, -B and -DR, those at which the recipient has one antigen, 0 to 3",
            ),
            N::SameCountry => (
                "same_country",
                Sort::Flag,
                "both centres are in one country",
            ),
            N::SameRegion => ("same_region", Sort::Flag, "both centres are in one region"),
            N::SameSubregion => (
                "same_subregion",
                Sort::Flag,
                "both centres are in one sub-region of the Senior Programme",
            ),
            N::SameCentre => ("same_centre", Sort::Flag, "both centres are the same"),
            N::NationalBalance => (
                "national_balance",
                plain(),
                "kidneys that the country is behind the one that received most",
            ),
            N::RegionalBalance => (
                "regional_balance",
                plain(),
                "kidneys that the centre is behind the mean of its country",
            ),
            N::ListedTime => ("listed_time", years(), "time since registration"),
        }
    };
    let attributes = ALL.map(|name| {
        let (text, sort, meaning) = describe(name);
        let of_donor = matches!(
            name,
            N::DonorCountry | N::DonorAge | N::DonorCirculatory | N::DonorHomozygousLoci
        );
        Attribute {
            name: text,
            about: if of_donor {
                About::Donor
            } else {
                About::Candidate
            },
            sort,
            meaning,
        }
    });
    Catalogue::new(attributes.into())
        .of_system(SYSTEM)
        .with_quirks()
        .with_phases()
}

/// A donor before the waiting list.
pub(crate) struct Match<'a> {
    pub(crate) state: &'a State<'a>,
    pub(crate) balances: &'a Balances,
    pub(crate) donor: &'a Donor,
    pub(crate) typing: &'a Typing,
    /// Those who wait for a donor of this blood group.
    pub(crate) parts: Vec<&'a Part>,
}

impl Match<'_> {
    /// The balances of all countries for donors of this one's age.
    fn national_balances(&self) -> Vec<f64> {
        let group = age_group(self.donor.age);
        let balance = |country| f64::from(self.balances.national(country, group));
        let countries = 0..self.state.geography.countries.len() as u8;
        countries.map(balance).collect()
    }

    /// Mismatches at DR where a type is not resolved.
    fn unresolved_mismatches_dr(&self, row: usize) -> f64 {
        let recipient = &self.state.input.typings[self.state.typing[row] as usize];
        let mismatches = Typing::mismatches(self.typing, recipient, self.state.determinants());
        f64::from(mismatches.dr)
    }
}

/// 1 or 0, without a branch, since nobody can guess which.
fn flag(truth: bool) -> f64 {
    f64::from_bits(select_unpredictable(truth, 1_f64.to_bits(), 0))
}

/// How many of the donor's antigens at a locus a recipient lacks. The first two are tested by themselves, which is
/// sooner done than counting bits; there are seldom more.
fn foreign(donor: u64) -> impl Fn(u64) -> f64 {
    let first = donor & donor.wrapping_neg();
    let second = (donor ^ first) & (donor ^ first).wrapping_neg();
    let others = donor ^ first ^ second;
    move |recipient| {
        let lacks = |antigen: u64| i32::from(antigen & !recipient != 0);
        let mut count = lacks(first) + lacks(second);
        if others != 0 {
            count += (others & !recipient).count_ones() as i32;
        }
        f64::from(count)
    }
}

impl Population for Match<'_> {
    type Person<'a>
        = (u32, &'a Card)
    where
        Self: 'a;

    fn person(&self, row: u32) -> (u32, &Card) {
        (row, &self.state.cards[row as usize])
    }

    fn of_donor(&self, attribute: usize) -> f64 {
        match ALL[attribute] {
            N::DonorCountry => f64::from(self.donor.country),
            N::DonorAge => f64::from(self.donor.age),
            N::DonorCirculatory => flag(self.donor.is_circulatory()),
            _ => {
                let by_splits = self.state.quirks.homozygous_by_splits;
                f64::from(self.typing.homozygous_loci(by_splits))
            }
        }
    }

    fn of_all(&self, attribute: usize) -> Option<f64> {
        // Only those are ranked who wait for a donor of this blood group.
        match ALL[attribute] {
            N::SameBloodGroup | N::Transplantable => Some(1.0),
            _ => None,
        }
    }

    fn of_candidates(&self, attribute: usize, people: &[(u32, &Card)], out: &mut [f64]) {
        of_candidates(self, ALL[attribute], people, out);
    }

    fn of_parts(&self, attribute: usize, out: &mut [Span]) {
        of_parts(self, ALL[attribute], out);
    }
}

/// Fills a column with an attribute.
#[multiversion(targets("x86_64+avx+avx2"))]
fn of_candidates(of: &Match<'_>, name: Name, people: &[(u32, &Card)], out: &mut [f64]) {
    let state = of.state;
    let now = of.donor.time;
    macro_rules! fill {
        ($card:ident => $value:expr) => {
            for (out, (_, $card)) in out.iter_mut().zip(people) {
                *out = $value;
            }
        };
    }
    let places = &state.geography.places;
    let here = places[usize::from(of.donor.centre)];
    match name {
        N::Country => fill!(card => f64::from(card.country)),
        N::SameBloodGroup => fill!(card => flag(card.abo == of.donor.abo)),
        N::Transplantable => fill!(card => flag(card.urgency.is_active())),
        N::ScreeningValid => fill!(card => flag(card.screening)),
        N::AcceptableMismatch => fill!(card => flag(card.acceptable_mismatch)),
        N::InGeneral => fill!(card => flag(card.may_join(Programme::Etkas))),
        N::InSenior => fill!(card => flag(card.may_join(Programme::Esp))),
        N::ChosenProgramme => fill!(card => f64::from(card.programme as u8)),
        N::Age => {
            for (out, (row, _)) in out.iter_mut().zip(people) {
                *out = state.age(*row, now);
            }
        }
        N::Paediatric => fill!(card => flag(card.child == Child::Yes)),
        N::HighUrgency => fill!(card => flag(card.urgency == Urgency::High)),
        N::DialysisTime => fill!(card => card.dialysis_years(now)),
        N::ReturnedTime => fill!(card => card.returned),
        N::MatchProbability => fill!(card => card.match_probability),
        N::Vpra => {
            for (out, (row, _)) in out.iter_mut().zip(people) {
                *out = 100.0 * state.vpra[*row as usize];
            }
        }
        N::MismatchesA => {
            let foreign = foreign(of.typing.broads[Locus::A as usize]);
            fill!(card => foreign(card.antigens[0]));
        }
        N::MismatchesB => {
            let foreign = foreign(of.typing.broads[Locus::B as usize]);
            fill!(card => foreign(card.antigens[1]));
        }
        N::MismatchesDr => {
            let foreign = foreign(of.typing.splits[Locus::Dr as usize]);
            let resolved = of.typing.is_resolved();
            for (out, (row, card)) in out.iter_mut().zip(people) {
                *out = if resolved && card.resolved {
                    foreign(card.antigens[2])
                } else {
                    of.unresolved_mismatches_dr(*row as usize)
                };
            }
        }
        N::HomozygousLoci => fill!(card => f64::from(card.homozygous)),
        N::SameCountry => fill!(card => flag(card.country == of.donor.country)),
        N::SameRegion => {
            fill!(card => flag(places[usize::from(card.centre)].region == here.region));
        }
        N::SameSubregion => {
            let own = of.donor.subregion;
            fill!(card => flag(
                own != NO_SUBREGION && places[usize::from(card.centre)].subregion == own
            ));
        }
        N::SameCentre => fill!(card => flag(card.centre == of.donor.centre)),
        N::NationalBalance => {
            let by_country = of.national_balances();
            fill!(card => by_country[usize::from(card.country)]);
        }
        N::RegionalBalance => fill!(card => of.balances.regional(card.centre)),
        N::ListedTime => {
            for (out, (row, _)) in out.iter_mut().zip(people) {
                *out = (now - state.registrations.listed[*row as usize]) / YEAR;
            }
        }
        N::DonorCountry | N::DonorAge | N::DonorCirculatory | N::DonorHomozygousLoci => {
            out.fill(of.of_donor(name as usize));
        }
    }
}

/// Fills a column with what is known of an attribute in each part.
#[multiversion(targets("x86_64+avx+avx2"))]
fn of_parts(of: &Match<'_>, name: Name, out: &mut [Span]) {
    let now = of.donor.time;
    let country = Span::of(f64::from(of.donor.country));
    let here = of.state.geography.places[usize::from(of.donor.centre)];
    // Of the donor's antigens, those that nobody of a part has are foreign to all.
    let foreign = |given: u64, known: u64| {
        let count = |antigens: u64| f64::from(antigens.count_ones());
        Span::between(count(given & !known), count(given))
    };
    let region = Span::of(f64::from(here.region));
    let same = |span: Span, own: Span| Span::flag(span == own, span.meets(own));
    macro_rules! fill {
        ($part:ident => $value:expr) => {
            for (out, $part) in out.iter_mut().zip(&of.parts) {
                *out = $value;
            }
        };
    }
    match name {
        N::Country => fill!(part => part.country),
        N::ScreeningValid => fill!(part => part.flag(Card::SCREENING)),
        N::AcceptableMismatch => fill!(part => part.flag(Card::ACCEPTABLE_MISMATCH)),
        N::InGeneral => fill!(part => part.flag(Card::ETKAS)),
        N::InSenior => fill!(part => part.flag(Card::ESP)),
        N::Paediatric => fill!(part => part.flag(Card::CHILD)),
        N::HighUrgency => fill!(part => part.flag(Card::HIGH)),
        N::DialysisTime => fill!(part => Span::between(
            dialysis_years(part.dialysis.high, now),
            dialysis_years(part.dialysis.low, now),
        )),
        N::ReturnedTime => fill!(part => part.returned),
        N::MatchProbability => fill!(part => part.match_probability),
        N::MismatchesA => {
            let given = of.typing.broads[Locus::A as usize];
            fill!(part => foreign(given, part.antigens[0]));
        }
        N::MismatchesB => {
            let given = of.typing.broads[Locus::B as usize];
            fill!(part => foreign(given, part.antigens[1]));
        }
        N::MismatchesDr => {
            let given = of.typing.splits[Locus::Dr as usize];
            let broads = of.typing.broads[Locus::Dr as usize];
            let resolved = of.typing.is_resolved();
            fill!(part => {
                let least = foreign(given, part.antigens[2]);
                // Where a type is not resolved, broad and split antigens may both count.
                let most = least.high + f64::from(broads.count_ones());
                Span::between(if resolved { least.low } else { 0.0 }, most)
            });
        }
        N::HomozygousLoci => out.fill(Span::between(0.0, 3.0)),
        N::SameCountry => fill!(part => same(part.country, country)),
        N::SameRegion => fill!(part => same(part.region, region)),
        N::SameSubregion => out.fill(Span::FLAG),
        N::SameCentre => fill!(part => Span::flag(false, part.region.meets(region))),
        N::NationalBalance => {
            let balances = of.national_balances();
            fill!(part => {
                let countries = part.country.low as usize..=part.country.high as usize;
                let balances = balances[countries].iter().map(|balance| Span::of(*balance));
                balances.fold(Span::EMPTY, Span::with)
            });
        }
        N::RegionalBalance => out.fill(of.balances.regional_span()),
        _ => out.fill(Span::UNKNOWN),
    }
}

impl Parts for Match<'_> {
    fn count(&self) -> usize {
        self.parts.len()
    }

    fn rows(&self, part: usize) -> &[u32] {
        &self.parts[part].rows
    }

    fn turn(&self, row: u32, _before: u64) -> u64 {
        self.state.waiting.turn(row)
    }
}
