//! The waiting list as it stands: registrations as columns that change in time.

use super::records::{Change, Input, Programme, Registrations, Urgency};
use super::setting::{Geography, Place};
use crate::typing::{Determinants, Frequencies, Locus};

/// Days of a year.
pub(crate) const YEAR: f64 = 365.25;

/// Under this age, in years, a recipient is a child.
const ADULT: f64 = 18.0;

/// From this age on, in years, somebody may take part in the Senior Programme.
pub(crate) const SENIOR: f64 = 65.0;

/// Days between two looks at who may take part in a programme.
const BETWEEN_LOOKS: f64 = 30.0;

/// What is known of somebody's being a child.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Child {
    Unknown,
    Yes,
    No,
}

/// Whether somebody may take part in the two programmes, and when that was looked at.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Look {
    at: f64,
    etkas: Option<bool>,
    esp: Option<bool>,
}

/// No profile, no unacceptable antigens.
pub(crate) const NONE: u32 = u32::MAX;

/// Registrations as they stand.
#[derive(Debug, Clone)]
pub(crate) struct State<'a> {
    pub(crate) input: &'a Input,
    pub(crate) geography: &'a Geography,
    determinants: &'a Determinants,
    frequencies: &'a Frequencies,
    pub(crate) urgency: Vec<Urgency>,
    pub(crate) screening: Vec<bool>,
    pub(crate) acceptable_mismatch: Vec<bool>,
    pub(crate) dialysis: Vec<f64>,
    pub(crate) programme: Vec<Programme>,
    pub(crate) profile: Vec<u32>,
    pub(crate) typing: Vec<u32>,
    pub(crate) unacceptable: Vec<u32>,
    pub(crate) vpra: Vec<f64>,
    pub(crate) match_probability: Vec<f64>,
    /// Antigens at A (broad), B (broad) and DR (split), for counting mismatches.
    pub(crate) antigens: [Vec<u64>; 3],
    /// Whether the DR type is resolved.
    pub(crate) resolved: Vec<bool>,
    pub(crate) homozygous: Vec<u8>,
    pub(crate) child: Vec<Child>,
    pub(crate) place: Vec<Place>,
    look: Vec<Look>,
    germany: Option<u8>,
    /// The countries whose recipients are offered kidneys of donors whose circulation had stopped.
    pub(crate) takes_circulatory: Vec<bool>,
    /// May always take part in the general programme.
    always_etkas: Vec<bool>,
    pauses: bool,
    /// Rows that may be offered organs, for each blood group, in order; `NONE` where somebody has left.
    waiting: [Vec<u32>; 4],
    gaps: [usize; 4],
    place_in_waiting: Vec<u32>,
}

impl<'a> State<'a> {
    /// Everybody as at listing. `end`: the end of the simulation in days; `pauses`: whether the looks at
    /// programmes have their oddity.
    pub(crate) fn new(
        input: &'a Input,
        geography: &'a Geography,
        determinants: &'a Determinants,
        frequencies: &'a Frequencies,
        end: f64,
        pauses: bool,
    ) -> Self {
        let all: &Registrations = &input.registrations;
        let count = all.len();
        let place: Vec<Place> = all
            .centre
            .iter()
            .map(|centre| geography.places[usize::from(*centre)])
            .collect();
        let germany = geography.country("Germany");
        let always_etkas = (0..count)
            .map(|row| Some(place[row].country) != germany || end < all.born[row] + SENIOR * YEAR)
            .collect();
        let mut state = Self {
            input,
            geography,
            determinants,
            frequencies,
            urgency: vec![Urgency::NotTransplantable; count],
            screening: vec![false; count],
            acceptable_mismatch: vec![false; count],
            dialysis: all
                .dialysis
                .iter()
                .map(|then| then.unwrap_or(f64::NAN))
                .collect(),
            programme: all
                .programme
                .iter()
                .map(|chosen| chosen.unwrap_or(Programme::Etkas))
                .collect(),
            profile: vec![NONE; count],
            typing: all.typing.clone(),
            unacceptable: vec![NONE; count],
            vpra: vec![0.0; count],
            match_probability: vec![0.0; count],
            antigens: [vec![0; count], vec![0; count], vec![0; count]],
            resolved: vec![true; count],
            homozygous: vec![0; count],
            child: vec![Child::Unknown; count],
            place,
            look: vec![
                Look {
                    at: -1e10,
                    etkas: None,
                    esp: None,
                };
                count
            ],
            germany,
            takes_circulatory: geography
                .countries
                .iter()
                .map(|name| matches!(name.as_str(), "Austria" | "Belgium" | "Netherlands"))
                .collect(),
            always_etkas,
            pauses,
            waiting: [const { Vec::new() }; 4],
            gaps: [0; 4],
            place_in_waiting: vec![NONE; count],
        };
        for row in 0..count {
            state.typed(row);
        }
        state
    }

    /// Takes over the tissue type and the unacceptable antigens of a row.
    fn typed(&mut self, row: usize) {
        let typing = &self.input.typings[self.typing[row] as usize];
        self.antigens[0][row] = typing.broads[Locus::A as usize];
        self.antigens[1][row] = typing.broads[Locus::B as usize];
        self.antigens[2][row] = typing.splits[Locus::Dr as usize];
        self.resolved[row] = typing.is_resolved();
        self.homozygous[row] = typing.homozygous_loci();
        let abo = self.input.registrations.abo[row];
        self.match_probability[row] =
            self.frequencies
                .match_probability(typing, abo, self.vpra[row]);
    }

    pub(crate) fn determinants(&self) -> &'a Determinants {
        self.determinants
    }

    /// Applies a change.
    pub(crate) fn apply(&mut self, row: u32, change: Change) {
        let at = row as usize;
        match change {
            Change::Urgency(urgency) => self.set_urgency(row, urgency),
            Change::Typing(typing) => {
                self.typing[at] = typing;
                self.typed(at);
            }
            Change::Unacceptable(unacceptable) => {
                self.unacceptable[at] = unacceptable;
                self.vpra[at] = self.input.unacceptable[unacceptable as usize].1;
                self.typed(at);
            }
            Change::Nothing => {}
            Change::Screening(valid) => self.screening[at] = valid,
            Change::Dialysis(then) => {
                self.dialysis[at] = then;
                self.child[at] = Child::Unknown;
            }
            Change::AcceptableMismatch(on) => {
                self.acceptable_mismatch[at] = on;
                self.look[at].etkas = None;
                self.look[at].esp = None;
            }
            Change::Programme(programme) => {
                self.programme[at] = programme;
                self.look[at] = Look {
                    at: -1e10,
                    etkas: None,
                    esp: None,
                };
            }
            Change::Profile(profile) => {
                self.profile[at] = profile;
                self.look[at].etkas = None;
                self.look[at].esp = None;
            }
        }
    }

    /// Sets the urgency, and with it whether the row waits.
    pub(crate) fn set_urgency(&mut self, row: u32, urgency: Urgency) {
        let at = row as usize;
        self.urgency[at] = urgency;
        let group = self.input.registrations.abo[at].index();
        let waits = self.place_in_waiting[at] != NONE;
        if urgency.is_active() && !waits {
            self.place_in_waiting[at] = self.waiting[group].len() as u32;
            self.waiting[group].push(row);
        } else if !urgency.is_active() && waits {
            self.waiting[group][self.place_in_waiting[at] as usize] = NONE;
            self.place_in_waiting[at] = NONE;
            self.gaps[group] += 1;
            if self.gaps[group] * 4 > self.waiting[group].len() {
                self.close_gaps(group);
            }
        }
    }

    fn close_gaps(&mut self, group: usize) {
        self.waiting[group].retain(|row| *row != NONE);
        self.gaps[group] = 0;
        for (place, row) in self.waiting[group].iter().enumerate() {
            self.place_in_waiting[*row as usize] = place as u32;
        }
    }

    /// The rows of a blood group that may be offered organs, in order.
    pub(crate) fn waiting(&self, group: usize) -> impl Iterator<Item = u32> + '_ {
        let rows = self.waiting[group].iter().copied();
        rows.filter(|row| *row != NONE)
    }

    /// Orders every blood group by a score, the highest first; equals stay as they are.
    pub(crate) fn order_by(&mut self, score: impl Fn(&Self, u32) -> i64) {
        for group in 0..4 {
            self.close_gaps(group);
            let mut scored: Vec<(i64, u32)> = self.waiting[group]
                .iter()
                .map(|row| (score(self, *row), *row))
                .collect();
            scored.sort_by_key(|(score, _)| -*score);
            self.waiting[group] = scored.into_iter().map(|(_, row)| row).collect();
            self.close_gaps(group);
        }
    }

    /// Age in years.
    pub(crate) fn age(&self, row: u32, now: f64) -> f64 {
        (now - self.input.registrations.born[row as usize]) / YEAR
    }

    /// Years since dialysis began; 0 before.
    pub(crate) fn dialysis_years(&self, row: usize, now: f64) -> f64 {
        let years = (now - self.dialysis[row]) / YEAR;
        if years > 0.0 { years } else { 0.0 }
    }

    /// Whether the recipient is a child for the rules: in Germany, under 18; elsewhere, listed under 18. Who is no
    /// child once does not become one again.
    pub(crate) fn look_at_age(&mut self, row: u32, now: f64) {
        let at = row as usize;
        if self.child[at] == Child::No {
            return;
        }
        let all = &self.input.registrations;
        let german = self.germany == Some(self.place[at].country);
        let listed_as_child = (all.listed[at] - all.born[at]) / YEAR < ADULT;
        let child = self.age(row, now) < ADULT || (!german && listed_as_child);
        self.child[at] = if child { Child::Yes } else { Child::No };
    }

    /// Looks, if it is time to, at whether the recipient may take part in the programmes.
    pub(crate) fn look_at_programmes(&mut self, row: u32, now: f64) {
        let at = row as usize;
        if self.pauses && now - self.look[at].at < BETWEEN_LOOKS {
            return;
        }
        let age = self.age(row, now);
        let extended = match self.profile[at] {
            NONE => false,
            profile => self.input.profiles[profile as usize].accepts(EXTENDED_ESP),
        };
        self.look[at] = Look {
            at: now,
            etkas: Some(age < SENIOR || self.programme[at] == Programme::Etkas),
            esp: Some(age >= SENIOR || extended),
        };
    }

    /// Whether the recipient need not be looked at for the general programme.
    pub(crate) fn is_always_in_etkas(&self, row: u32) -> bool {
        self.always_etkas[row as usize]
    }

    /// Whether the recipient may take part in a programme, as last looked at.
    pub(crate) fn may_join(&self, row: usize, programme: Programme) -> bool {
        match programme {
            Programme::Etkas => self.always_etkas[row] || self.look[row].etkas == Some(true),
            Programme::Esp => self.look[row].esp == Some(true),
        }
    }
}

/// Places in [`super::records::PROFILE_FLAGS`].
pub(crate) const ESP: usize = 10;
pub(crate) const EXTENDED_ESP: usize = 11;
