//! Offering the kidneys of a donor down a list.

use super::acceptance::{Case, DRIVING_TIME, Distance, Models, REASON, REFUSING_CENTRES};
use super::attributes::Match;
use super::chance::{Chance, Decision};
use super::records::{Donor, PROFILED_FLAGS, Programme};
use super::scenario::Practice;
use super::state::{Child, ESP, EXTENDED_ESP, NONE, State};
use crate::rules::{Policy, Ranked};
use crate::typing::Typing;

/// What became of an offer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answer {
    /// Transplanted in the regular phase: `T1`.
    Accepted,
    /// Transplanted in the rescue or extended phase: `T3`.
    AcceptedInRescue,
    /// The patient's doctors refused: `RR`.
    PatientRefused,
    /// The centre refused for all its patients: `CR`.
    CentreRefused,
    /// Could not be offered the kidney: `FP`.
    Filtered,
}

impl Answer {
    /// The code of the simulator.
    pub fn code(self) -> &'static str {
        match self {
            Answer::Accepted => "T1",
            Answer::AcceptedInRescue => "T3",
            Answer::PatientRefused => "RR",
            Answer::CentreRefused => "CR",
            Answer::Filtered => "FP",
        }
    }

    /// Whether a kidney was transplanted.
    pub fn is_accepted(self) -> bool {
        matches!(self, Answer::Accepted | Answer::AcceptedInRescue)
    }
}

/// What became of one candidate of a list.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Offer {
    /// The row of the registration.
    pub row: u32,
    /// What became of the offer.
    pub answer: Answer,
    /// Both kidneys were transplanted into this patient.
    pub dual: bool,
    /// The probability that the centre accepts, where it was asked with this candidate.
    pub centre: Option<f64>,
    /// The probability that the patient accepts, where asked.
    pub patient: Option<f64>,
}

/// How offers are answered.
#[derive(Debug, Clone, Copy)]
pub enum Acceptance<'a> {
    /// Whoever can be offered a kidney takes it.
    First,
    /// By the models.
    Models(&'a Models),
}

/// The place of drug abuse among the flags of donors and of profiles.
const DRUG_ABUSE: usize = 7;

/// A donor's kidneys on offer.
pub(crate) struct Offering<'a> {
    pub(crate) of: &'a Match<'a>,
    pub(crate) programme: Programme,
    pub(crate) policy: &'a Policy,
    pub(crate) acceptance: Acceptance<'a>,
}

/// What has been answered so far.
struct Answers {
    offers: Vec<Offer>,
    /// Where the offer of each row stands, once rows are looked at again; no row comes a third time.
    place: Vec<u32>,
    kidneys: u8,
    refusals: usize,
    /// Of each centre asked, whether it is willing and how many of its patients refused.
    centres: Vec<Option<(bool, usize)>>,
    centres_refused: usize,
}

impl Answers {
    /// From now on rows, of which there are so many, are looked at again.
    fn begin_again(&mut self, rows: usize) {
        self.place.resize(rows, NONE);
        for (place, offer) in self.offers.iter().enumerate() {
            self.place[offer.row as usize] = place as u32;
        }
    }

    /// The offer of a row that is looked at again, if there was one.
    fn before(&self, row: u32) -> Option<Offer> {
        let place = self.place.get(row as usize)?;
        self.offers.get(*place as usize).copied()
    }

    fn note(&mut self, offer: Offer) {
        if let Some(before) = self.before(offer.row) {
            let place = self.place[offer.row as usize];
            self.offers[place as usize] = Offer {
                centre: offer.centre.or(before.centre),
                patient: offer.patient.or(before.patient),
                ..offer
            };
        } else {
            self.offers.push(offer);
        }
    }
}

impl Offering<'_> {
    fn state(&self) -> &State<'_> {
        self.of.state
    }

    fn donor(&self) -> &Donor {
        self.of.donor
    }

    fn practice(&self) -> &Practice {
        self.state().practice
    }

    /// Refusals after which a centre is not asked any more.
    fn most_of_a_centre(&self) -> usize {
        match self.programme {
            Programme::Etkas => self.practice().refusals_etkas,
            Programme::Esp => self.practice().refusals_esp,
        }
    }

    fn mismatches(&self, row: u32) -> crate::typing::Mismatches {
        let state = self.state();
        let recipient = &state.input.typings[state.typing[row as usize] as usize];
        Typing::mismatches(self.of.typing, recipient, state.determinants())
    }

    /// Whether the donor has none of the candidate's unacceptable antigens.
    pub(crate) fn is_acceptable(&self, row: u32) -> bool {
        let antigens = self.state().unacceptable_of(row);
        antigens.is_none_or(|antigens| !antigens.hits(self.of.typing))
    }

    /// Whether the candidate's profile accepts the donor.
    pub(crate) fn fits_profile(&self, row: u32) -> bool {
        let number = self.state().profile[row as usize];
        if number == NONE {
            return true;
        }
        let profile = &self.state().input.profiles[number as usize];
        let donor = self.donor();
        let refused = (0..PROFILED_FLAGS)
            .filter(|flag| *flag != DRUG_ABUSE || !self.policy.quirks().drug_abuse_untested)
            .any(|flag| donor.has(flag) && !profile.accepts(flag));
        let senior = donor.age < self.practice().senior_donor
            || (profile.accepts(ESP) && profile.accepts(EXTENDED_ESP));
        !refused && (profile.youngest..=profile.oldest).contains(&donor.age) && senior
    }

    /// Whether the candidate's profile accepts the mismatches.
    pub(crate) fn fits_mismatches(&self, row: u32) -> bool {
        let number = self.state().profile[row as usize];
        let mismatches = self.mismatches(row);
        let bit = mismatches.a + 3 * mismatches.b + 9 * mismatches.dr;
        number == NONE || self.state().input.profiles[number as usize].mismatches >> bit & 1 == 1
    }

    fn can_be_offered(&self, row: u32) -> bool {
        self.is_acceptable(row)
            && self.fits_profile(row)
            && (self.programme == Programme::Esp || self.fits_mismatches(row))
    }

    fn can_be_offered_in_rescue(&self, row: u32) -> bool {
        if !self.policy.quirks().rescue_ignores_profiles {
            return self.can_be_offered(row);
        }
        self.is_acceptable(row)
            && (self.programme == Programme::Etkas || self.accepts_extended_phase(row))
    }

    /// Whether the candidate's profile accepts donors of the extended phase of the Senior Programme.
    fn accepts_extended_phase(&self, row: u32) -> bool {
        let number = self.state().profile[row as usize];
        number == NONE || self.state().input.profiles[number as usize].accepts(EXTENDED_ESP)
    }

    /// Whether the rescue phase of the general programme leaves the candidate out, whatever the kidney.
    fn is_left_out_of_rescue(&self, row: u32) -> bool {
        self.programme == Programme::Etkas && self.state().cards[row as usize].child == Child::Yes
    }

    fn is_filtered_in_rescue(&self, row: u32) -> bool {
        self.is_left_out_of_rescue(row) || !self.can_be_offered_in_rescue(row)
    }

    /// How far the candidate is, as the acceptance models see it.
    pub(crate) fn distance(&self, row: u32) -> Distance {
        let card = &self.state().cards[row as usize];
        let geography = self.state().geography;
        let region = |centre: u16| geography.places[usize::from(centre)].region;
        if card.country != self.donor().country {
            Distance::International
        } else if region(card.centre) == region(self.donor().centre)
            || !self.state().has_regions[usize::from(card.country)]
        {
            Distance::Local
        } else {
            Distance::National
        }
    }

    /// Which candidates come first in the rescue phase: the larger, the earlier.
    pub(crate) fn priority(&self, row: u32) -> i32 {
        self.priority_among(row, &self.abroad())
    }

    /// The priority of each country for this donor, if it is another than the donor's.
    fn abroad(&self) -> Vec<i32> {
        let countries = &self.state().geography.countries;
        let own = &countries[usize::from(self.donor().country)];
        let order = self.practice().abroad.get(own);
        let rank = |country: &String| {
            let found = order.and_then(|order| order.get(country));
            found.map_or(-1, |rank| i32::from(*rank))
        };
        countries.iter().map(rank).collect()
    }

    fn priority_among(&self, row: u32, abroad: &[i32]) -> i32 {
        let card = &self.state().cards[row as usize];
        if card.country != self.donor().country {
            return abroad[usize::from(card.country)];
        }
        let most = abroad.iter().copied().max().unwrap_or(-1);
        if card.centre == self.donor().centre {
            most + 3
        } else if self.distance(row) == Distance::Local
            && self.state().has_regions[usize::from(card.country)]
        {
            most + 2
        } else {
            most + 1
        }
    }

    /// Offers the kidneys, first in the order of the list, then in the order of a hurried search.
    pub(crate) fn offer(
        &self,
        ranked: &mut Ranked<'_, Match<'_>, Match<'_>>,
        chance: &mut dyn Chance,
    ) -> Vec<Offer> {
        let mut answers = Answers {
            offers: Vec::new(),
            place: Vec::new(),
            kidneys: self.donor().kidneys,
            refusals: 0,
            centres: vec![None; self.state().geography.centres.len()],
            centres_refused: 0,
        };
        let mut case = Case::new(self.programme, self.donor());
        let most = match (self.programme, self.acceptance) {
            (Programme::Etkas, Acceptance::Models(models)) => {
                models.most_refusals(&case, self.state().geography, chance)
            }
            _ => usize::MAX,
        };
        let mut at = 0;
        while answers.kidneys > 0 && answers.refusals < most {
            let Some(entry) = ranked.get(at) else {
                break;
            };
            at += 1;
            let regular = self.policy.is_regular(usize::from(entry.tier));
            if regular && self.can_be_offered(entry.row) {
                self.ask(entry.row, false, &mut case, &mut answers, chance);
            } else {
                answers.note(filtered(entry.row));
            }
        }
        if answers.kidneys > 0 {
            self.rescue(ranked, &mut case, &mut answers, chance);
        }
        answers.offers
    }

    fn rescue(
        &self,
        ranked: &mut Ranked<'_, Match<'_>, Match<'_>>,
        case: &mut Case<'_>,
        answers: &mut Answers,
        chance: &mut dyn Chance,
    ) {
        answers.begin_again(self.state().cards.len());
        let abroad = self.abroad();
        let mut hurried = ranked.prefer(|row| self.priority_among(row, &abroad));
        let mut at = 0;
        while let Some(entry) = hurried.get(at) {
            at += 1;
            let row = &entry.row;
            if answers.kidneys == 0 {
                break;
            }
            let before = answers.before(*row);
            if before.is_some_and(|offer| offer.answer != Answer::Filtered) {
                continue;
            }
            self.ask(*row, true, case, answers, chance);
        }
        self.force(answers);
    }

    /// Gives what is left to those who were asked and can take it, the most probable patient first, then the most
    /// probable centre. A centre is asked before it is known whether its patient can be offered the kidney, so that
    /// somebody who cannot may stand among those who were asked.
    fn force(&self, answers: &mut Answers) {
        let rounded = |p: Option<f64>| p.map_or(-1, |p| (p * 1000.0).round() as i64);
        let asked = answers.offers.iter().enumerate().filter(|(_, offer)| {
            !offer.answer.is_accepted() && (offer.patient.is_some() || offer.centre.is_some())
        });
        let mut asked: Vec<_> = asked
            .map(|(at, offer)| (-rounded(offer.patient), -rounded(offer.centre), at))
            .collect();
        asked.sort_unstable();
        for (_, _, at) in asked {
            if answers.kidneys == 0 {
                break;
            }
            let row = answers.offers[at].row;
            if self.policy.quirks().rescue_forces_anyone || !self.is_filtered_in_rescue(row) {
                answers.offers[at].answer = Answer::AcceptedInRescue;
                answers.kidneys -= 1;
            }
        }
    }

    /// Sets the variables of a candidate, but for the drive.
    pub(crate) fn describe(&self, case: &mut Case<'_>, row: u32, rescue: bool) {
        let (mismatches, distance) = (self.mismatches(row), self.distance(row));
        case.candidate(self.state(), row, mismatches, distance, rescue);
    }

    fn ask(
        &self,
        row: u32,
        rescue: bool,
        case: &mut Case<'_>,
        answers: &mut Answers,
        chance: &mut dyn Chance,
    ) {
        let accepted = if rescue {
            Answer::AcceptedInRescue
        } else {
            Answer::Accepted
        };
        let mut offer = Offer {
            row,
            answer: accepted,
            dual: false,
            centre: None,
            patient: None,
        };
        let left_out = rescue && self.is_left_out_of_rescue(row);
        let filtered_out = left_out || (rescue && !self.can_be_offered_in_rescue(row));
        let Acceptance::Models(models) = self.acceptance else {
            if filtered_out {
                offer.answer = Answer::Filtered;
            } else {
                answers.kidneys -= 1;
            }
            answers.note(offer);
            return;
        };
        let centre = self.state().cards[row as usize].centre;
        let registration = self.state().registrations.name[row as usize];
        let (donor, donor_centre) = (self.donor().name, self.donor().centre);
        let known = answers.centres[usize::from(centre)];
        if let Some((false, _)) = known {
            offer.answer = Answer::CentreRefused;
            answers.note(offer);
            return;
        }
        self.describe(case, row, rescue);
        case.set(DRIVING_TIME, models.hours(donor_centre, centre));
        if known.is_none() {
            let refused = answers.centres_refused as f64;
            case.set(REFUSING_CENTRES, refused);
            let probability = models.centre(case, centre, chance);
            offer.centre = Some(probability);
            let willing = chance.uniform(Decision::Centre { centre, donor }) < probability;
            if !willing {
                answers.refusals += 1;
                answers.centres_refused += 1;
            }
            answers.centres[usize::from(centre)] = Some((willing, 0));
        }
        let (willing, refused) = answers.centres[usize::from(centre)].unwrap_or((true, 0));
        if !willing {
            offer.answer = Answer::CentreRefused;
            answers.note(offer);
            return;
        }
        if left_out {
            offer.answer = Answer::Filtered;
            answers.note(offer);
            return;
        }
        // A centre with too many refusals is not asked any more, from the next of its patients on.
        if refused >= self.most_of_a_centre() {
            answers.centres[usize::from(centre)] = Some((false, refused));
            answers.centres_refused += 1;
            offer.answer = Answer::CentreRefused;
            answers.note(offer);
            return;
        }
        // In a hurried search centres are asked first, and only then whether the patient can be offered the kidney.
        if filtered_out {
            offer.answer = Answer::Filtered;
            answers.note(offer);
            return;
        }
        let probability = models.patient(case, centre, registration, chance);
        offer.patient = Some(probability);
        let decision = Decision::Patient {
            registration,
            donor,
        };
        if chance.uniform(decision) < probability {
            if answers.kidneys == 2 {
                case.set(REASON, f64::from(u8::from(rescue)));
                let dual = Decision::Dual {
                    registration,
                    donor,
                };
                offer.dual = chance.uniform(dual) < models.dual(case);
            }
            answers.kidneys -= if offer.dual { 2 } else { 1 };
        } else {
            offer.answer = Answer::PatientRefused;
            answers.refusals += 1;
            if let Some((_, refused)) = &mut answers.centres[usize::from(centre)] {
                *refused += 1;
            }
        }
        answers.note(offer);
    }
}

fn filtered(row: u32) -> Offer {
    Offer {
        row,
        answer: Answer::Filtered,
        dual: false,
        centre: None,
        patient: None,
    }
}
